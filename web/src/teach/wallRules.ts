/** How a seat is judged at a glance. Pure; the words are the page's. */
import type { WallRow } from '@/api/types'

export type SeatLevel = 'calm' | 'watch' | 'stuck' | 'absent'
export type SeatWhy = 'none' | 'noShop' | 'noGoods' | 'toShip' | 'noSale'

const MANY_TO_SHIP = 3

export function judgeSeat(row: WallRow): { level: SeatLevel; why: SeatWhy } {
  if (row.shop_id === null) return { level: 'absent', why: 'noShop' }
  if (row.on_sale === 0) return { level: 'stuck', why: 'noGoods' }
  if (row.to_ship >= MANY_TO_SHIP) return { level: 'watch', why: 'toShip' }
  return row.paid_trades === 0 ? { level: 'watch', why: 'noSale' } : { level: 'calm', why: 'none' }
}

/** The steps of a first sale this seat has passed: shop, goods, sale, all shipped. */
export function stepsPassed(row: WallRow): boolean[] {
  return [row.shop_id !== null, row.on_sale > 0, row.paid_trades > 0, row.paid_trades > 0 && row.to_ship === 0]
}
