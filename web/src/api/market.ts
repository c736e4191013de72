/** What a buyer may ask of the mall. */
import { call, client, intent } from './client'
import type { PayAttempt, QuoteLineIn, TradeTab } from './types'

export type Sort = 'recommended' | 'price_asc' | 'price_desc' | 'sold' | 'newest'

export const listCategories = () => call(client.GET('/api/v1/mall/categories'))
export const listProducts = (query: { category?: string; q?: string; from_fen?: number; to_fen?: number; in_stock?: boolean; sort?: Sort; cursor?: string; size?: number }) =>
  call(client.GET('/api/v1/mall/products', { params: { query } }))
export const showProduct = (product_id: string) =>
  call(client.GET('/api/v1/mall/products/{product_id}', { params: { path: { product_id } } }))
export const showShop = (shop_id: string) =>
  call(client.GET('/api/v1/mall/shops/{shop_id}', { params: { path: { shop_id } } }))

export const showCart = () => call(client.GET('/api/v1/mall/cart'))
export const addToCart = (sku_id: string, quantity: number, key: string) =>
  call(client.POST('/api/v1/mall/cart/items', { body: { sku_id, quantity }, params: { header: intent(key) } }))
export const changeCartItem = (sku_id: string, body: { quantity?: number; selected?: boolean }) =>
  call(client.PATCH('/api/v1/mall/cart/items/{sku_id}', { params: { path: { sku_id } }, body }))
export const removeCartItem = (sku_id: string) =>
  call(client.DELETE('/api/v1/mall/cart/items/{sku_id}', { params: { path: { sku_id } } }))

export const swapCartItem = (sku_id: string, to_sku_id: string, quantity: number) =>
  call(client.POST('/api/v1/mall/cart/swap', { body: { sku_id, to_sku_id, quantity } }))
export const selectCartItems = (sku_ids: string[], selected: boolean) => call(client.POST('/api/v1/mall/cart/select', { body: { sku_ids, selected } }))
export const removeCartItems = (sku_ids: string[]) => call(client.POST('/api/v1/mall/cart/remove', { body: { sku_ids } }))

export const createQuote = (lines: QuoteLineIn[], address_id: string | null) =>
  call(client.POST('/api/v1/mall/quotes', { body: { lines, address_id } }))
export const placeTrade = (
  body: { lines: QuoteLineIn[]; expected_total_fen: number; address_id: string | null; remarks: { shop_id: string; text: string }[]; from_cart: boolean },
  key: string,
) => call(client.POST('/api/v1/mall/trades', { body, params: { header: intent(key) } }))
export const showPayOrder = (pay_order_id: string) =>
  call(client.GET('/api/v1/mall/pay-orders/{pay_order_id}', { params: { path: { pay_order_id } } }))
export const attemptPayment = (pay_order_id: string, body: PayAttempt, key: string) =>
  call(client.POST('/api/v1/mall/pay-orders/{pay_order_id}/attempts', { params: { path: { pay_order_id }, header: intent(key) }, body }))

export const listTrades = (query: { state?: TradeTab; page?: number; size?: number }) =>
  call(client.GET('/api/v1/mall/trades', { params: { query } }))
export const showTrade = (trade_id: string) =>
  call(client.GET('/api/v1/mall/trades/{trade_id}', { params: { path: { trade_id } } }))
export type BuyerReason = 'buyer_cancelled' | 'buyer_wrong_goods' | 'buyer_wrong_details' | 'buyer_found_better'
export const cancelTrade = (trade_id: string, reason: BuyerReason) =>
  call(client.POST('/api/v1/mall/trades/{trade_id}/cancel', { params: { path: { trade_id }, query: { reason } } }))
export const extendReceipt = (trade_id: string) =>
  call(client.POST('/api/v1/mall/trades/{trade_id}/extend', { params: { path: { trade_id } } }))
export const listReceivers = (trade_id: string) =>
  call(client.GET('/api/v1/mall/trades/{trade_id}/receivers', { params: { path: { trade_id } } }))
export const askAddress = (trade_id: string, choice: number) =>
  call(client.POST('/api/v1/mall/trades/{trade_id}/ask-address', { params: { path: { trade_id } }, body: { choice } }))
export const confirmTrade = (trade_id: string) =>
  call(client.POST('/api/v1/mall/trades/{trade_id}/confirm', { params: { path: { trade_id } } }))

export const showWallet = () => call(client.GET('/api/v1/mall/wallet'))
export const showBadges = () => call(client.GET('/api/v1/mall/badges'))
