/** Searching and sorting within one store. Pure: a store shows two hundred goods at most, so the page has them all. */
import type { ProductCard } from '@/api/types'

export type ShelfSort = 'new' | 'sold' | 'price_asc' | 'price_desc'
export const SHELF_SORTS: readonly ShelfSort[] = ['new', 'sold', 'price_asc', 'price_desc']

const orders: Record<Exclude<ShelfSort, 'new'>, (a: ProductCard, b: ProductCard) => number> = {
  sold: (a, b) => b.sold - a.sold,
  price_asc: (a, b) => a.price_fen - b.price_fen,
  price_desc: (a, b) => b.price_fen - a.price_fen,
}

/** Goods whose title holds every word asked for, in order; the store's own order is newest first and breaks ties. */
export function shelved(rows: readonly ProductCard[], words: string, sort: ShelfSort): ProductCard[] {
  const asked = words.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const found = rows.filter((row) => asked.every((word) => row.title.toLowerCase().includes(word)))
  return sort === 'new' ? found : found.sort(orders[sort])
}
