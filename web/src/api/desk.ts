/** What a seller may ask of the mall. */
import { call, client, intent } from './client'
import type { BatchChange, BatchShip, Memo, ProductCreate, ProductDraft, ProductUpdate, Reprice, SellerReason, Ship, TradeTab } from './types'

export const showOwnShop = () => call(client.GET('/api/v1/mall/desk/shop'))
export const showLastReset = async () => (await call(client.GET('/api/v1/mall/desk/last-reset'))).note
export const showHome = () => call(client.GET('/api/v1/mall/desk/home'))

export type ProductTab = 'on_sale' | 'off_shelf' | 'draft' | 'recycled'
export type DeskSort = 'updated' | 'sold' | 'stock_asc' | 'price_asc' | 'price_desc' | 'quality_asc'
export const listOwnProducts = (query: { page?: number; size?: number; state?: ProductTab; q?: string; sort?: DeskSort }) =>
  call(client.GET('/api/v1/mall/desk/products', { params: { query } }))
export const showOwnProduct = (product_id: string) =>
  call(client.GET('/api/v1/mall/desk/products/{product_id}', { params: { path: { product_id } } }))
export const createProduct = (body: ProductCreate, key: string) =>
  call(client.POST('/api/v1/mall/desk/products', { body, params: { header: intent(key) } }))
export const updateProduct = (product_id: string, body: ProductUpdate) =>
  call(client.PUT('/api/v1/mall/desk/products/{product_id}', { params: { path: { product_id } }, body }))
export const putOnShelf = (product_id: string) =>
  call(client.POST('/api/v1/mall/desk/products/{product_id}/put-on-shelf', { params: { path: { product_id } } }))
export const takeOffShelf = (product_id: string) =>
  call(client.POST('/api/v1/mall/desk/products/{product_id}/take-off-shelf', { params: { path: { product_id } } }))
export const recycleProduct = (product_id: string) =>
  call(client.POST('/api/v1/mall/desk/products/{product_id}/recycle', { params: { path: { product_id } } }))
export const restoreProduct = (product_id: string) =>
  call(client.POST('/api/v1/mall/desk/products/{product_id}/restore', { params: { path: { product_id } } }))
export const copyProduct = (product_id: string, key: string) =>
  call(client.POST('/api/v1/mall/desk/products/{product_id}/copy', { params: { path: { product_id }, header: intent(key) } }))
export const changeProducts = (ids: string[], change: BatchChange, key: string) =>
  call(client.POST('/api/v1/mall/desk/products/batch', { body: { ids, change }, params: { header: intent(key) } }))
export const beginDraft = (body: ProductDraft, key: string) =>
  call(client.POST('/api/v1/mall/desk/products/drafts', { body, params: { header: intent(key) } }))
export const saveDraft = (product_id: string, body: ProductDraft) =>
  call(client.PUT('/api/v1/mall/desk/products/{product_id}/draft', { params: { path: { product_id } }, body }))
export const discardDraft = (product_id: string) =>
  call(client.DELETE('/api/v1/mall/desk/products/{product_id}/draft', { params: { path: { product_id } } }))
export const judgeProduct = (body: ProductDraft) => call(client.POST('/api/v1/mall/desk/products/quality', { body }))
export const showLeaf = (code: string) => call(client.GET('/api/v1/mall/desk/category', { params: { query: { code } } }))
export const setSkuPrice = (sku_id: string, price_fen: number) =>
  call(client.PUT('/api/v1/mall/desk/skus/{sku_id}/price', { params: { path: { sku_id } }, body: { price_fen } }))

export const adjustStock = (sku_id: string, body: { delta: number; reason: string }, key: string) =>
  call(client.POST('/api/v1/mall/desk/skus/{sku_id}/stock-adjustments', { params: { path: { sku_id }, header: intent(key) }, body }))
export const showStockLedger = (sku_id: string) =>
  call(client.GET('/api/v1/mall/desk/skus/{sku_id}/stock-ledger', { params: { path: { sku_id } } }))

export interface OwnTradesQuery { state?: TradeTab; q?: string; flag?: 'red' | 'yellow' | 'green' | 'blue' | 'purple'; since?: string; until?: string; page?: number; size?: number }
export const listOwnTrades = (query: OwnTradesQuery) =>
  call(client.GET('/api/v1/mall/desk/trades', { params: { query } }))
export const showOwnTrade = (trade_id: string) =>
  call(client.GET('/api/v1/mall/desk/trades/{trade_id}', { params: { path: { trade_id } } }))
export const shipTrade = (trade_id: string, body: Ship) =>
  call(client.POST('/api/v1/mall/desk/trades/{trade_id}/ship', { params: { path: { trade_id } }, body }))
export const shipTrades = (body: BatchShip, key: string) =>
  call(client.POST('/api/v1/mall/desk/trades-ship', { body, params: { header: intent(key) } }))
export const giveNumbers = (carrier: string, count: number, key: string) =>
  call(client.POST('/api/v1/mall/desk/waybills', { body: { carrier, count }, params: { header: intent(key) } }))
export const repriceTrade = (trade_id: string, body: Reprice) =>
  call(client.POST('/api/v1/mall/desk/trades/{trade_id}/reprice', { params: { path: { trade_id } }, body }))
export const closeTrade = (trade_id: string, reason: SellerReason) =>
  call(client.POST('/api/v1/mall/desk/trades/{trade_id}/close', { params: { path: { trade_id } }, body: { reason } }))
export const keepMemo = (trade_id: string, body: Memo) =>
  call(client.PUT('/api/v1/mall/desk/trades/{trade_id}/memo', { params: { path: { trade_id } }, body }))
export const answerAddress = (trade_id: string, agree: boolean) =>
  call(client.POST('/api/v1/mall/desk/trades/{trade_id}/answer-address', { params: { path: { trade_id } }, body: { agree } }))
export const readdressTrade = (trade_id: string, address: string) =>
  call(client.POST('/api/v1/mall/desk/trades/{trade_id}/readdress', { params: { path: { trade_id } }, body: { address } }))
export const grantDays = (trade_id: string, days: number) =>
  call(client.POST('/api/v1/mall/desk/trades/{trade_id}/grant', { params: { path: { trade_id } }, body: { days } }))
export const recallParcel = (parcel_id: string) =>
  call(client.POST('/api/v1/mall/desk/parcels/{parcel_id}/recall', { params: { path: { parcel_id } } }))
export const resendParcel = (parcel_id: string, carrier: string) =>
  call(client.POST('/api/v1/mall/desk/parcels/{parcel_id}/resend', { params: { path: { parcel_id } }, body: { carrier } }))
export const refundParcel = (parcel_id: string) =>
  call(client.POST('/api/v1/mall/desk/parcels/{parcel_id}/refund', { params: { path: { parcel_id } } }))
export const listCarriers = () => call(client.GET('/api/v1/mall/carriers'))

export const uploadPicture = (file: File) =>
  call(
    client.POST('/api/v1/files', {
      // The generated type describes the part as a string; what travels is the form below.
      body: { file: '', purpose: 'product_picture' },
      bodySerializer: () => {
        const form = new FormData()
        form.append('file', file)
        form.append('purpose', 'product_picture')
        return form
      },
    }),
  )
