/** What may be asked about finding goods. */
import { call, client } from './client'

export const suggest = (q: string) => call(client.GET('/api/v1/mall/search-suggestions', { params: { query: { q } } }))
export const listHotWords = async () => (await call(client.GET('/api/v1/mall/hot-words'))).words
export const listNewShops = () => call(client.GET('/api/v1/mall/new-shops'))
export const countSearch = (q: string) => call(client.POST('/api/v1/mall/searches', { body: { q } }))
export const explainRank = (product_id: string, q: string) =>
  call(client.GET('/api/v1/mall/desk/products/{product_id}/rank', { params: { path: { product_id }, query: { q } } }))
