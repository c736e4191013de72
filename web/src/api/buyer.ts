/** What a buyer keeps: addresses, favourites, followed stores, footprints, messages. */
import { call, client, intent } from './client'
import type { AddressWrite } from './types'

export const listPlaces = (within: string) => call(client.GET('/api/v1/mall/places', { params: { query: { within } } }))
export const listAddresses = () => call(client.GET('/api/v1/mall/addresses'))
export const suggestAddress = (ordinal: number) => call(client.GET('/api/v1/mall/addresses/suggestion', { params: { query: { ordinal } } }))
export const addAddress = (body: AddressWrite, key: string) => call(client.POST('/api/v1/mall/addresses', { body, params: { header: intent(key) } }))
export const changeAddress = (address_id: string, body: AddressWrite) =>
  call(client.PUT('/api/v1/mall/addresses/{address_id}', { params: { path: { address_id } }, body }))
export const removeAddress = (address_id: string) => call(client.DELETE('/api/v1/mall/addresses/{address_id}', { params: { path: { address_id } } }))
export const makeDefaultAddress = (address_id: string) =>
  call(client.POST('/api/v1/mall/addresses/{address_id}/make-default', { params: { path: { address_id } } }))

export const showBuyerCounts = () => call(client.GET('/api/v1/mall/buyer-counts'))
export const listFavourites = () => call(client.GET('/api/v1/mall/favourites'))
export const markFavourite = (product_id: string) => call(client.PUT('/api/v1/mall/favourites/{product_id}', { params: { path: { product_id } } }))
export const unmarkFavourite = (product_id: string) => call(client.DELETE('/api/v1/mall/favourites/{product_id}', { params: { path: { product_id } } }))
export const showProductStanding = (product_id: string) =>
  call(client.GET('/api/v1/mall/products/{product_id}/standing', { params: { path: { product_id } } }))
export const listFollowedShops = () => call(client.GET('/api/v1/mall/followed-shops'))
export const followShop = (shop_id: string) => call(client.PUT('/api/v1/mall/followed-shops/{shop_id}', { params: { path: { shop_id } } }))
export const unfollowShop = (shop_id: string) => call(client.DELETE('/api/v1/mall/followed-shops/{shop_id}', { params: { path: { shop_id } } }))
export const showShopStanding = (shop_id: string) => call(client.GET('/api/v1/mall/shops/{shop_id}/standing', { params: { path: { shop_id } } }))
export const listFootprints = () => call(client.GET('/api/v1/mall/footprints'))
export const makeFootprint = (product_id: string) => call(client.PUT('/api/v1/mall/footprints', { body: { product_id } }))
export const forgetFootprints = () => call(client.DELETE('/api/v1/mall/footprints'))

export const listMessages = () => call(client.GET('/api/v1/mall/messages'))
export const readMessage = (message_id: string) => call(client.POST('/api/v1/mall/messages/{message_id}/read', { params: { path: { message_id } } }))
export const readAllMessages = () => call(client.POST('/api/v1/mall/messages/read-all'))
