/** The figures an intervention was recorded with, in the order a person reads them. Pure; the words are the page's. */
import type { Intervention } from '@/api/types'
import { moneyText } from '@/format/money'
import { simText } from '@/format/simtime'

/** What the record may carry; other entries (ids) mean nothing to a reader. */
export const FIGURES = [
  'shop_name', 'products', 'unpaid_trades', 'refunded_trades', 'refund_fen', 'running_trades', 'cart_lines', 'lines_of_others', 'buyer_fen', 'seller_fen',
  'number', 'name', 'sim_at', 'from_sim_at', 'target_sim_at', 'fires',
] as const
export type Figure = (typeof FIGURES)[number]

/** Counts of nothing say nothing; an amount of nothing does (the wallet was empty). */
const isSilent = (figure: Figure, value: unknown): boolean => value === 0 && !figure.endsWith('_fen') && figure !== 'fires'

function words(figure: Figure, value: unknown): string {
  if (typeof value === 'number') return figure.endsWith('_fen') ? moneyText(value) : String(value)
  if (typeof value !== 'string') return ''
  return figure.endsWith('sim_at') ? simText(value) : value
}

export function figuresOf(params: Intervention['params']): { figure: Figure; value: string }[] {
  return FIGURES.filter((figure) => !isSilent(figure, params[figure]))
    .map((figure) => ({ figure, value: words(figure, params[figure]) }))
    .filter(({ value }) => value !== '')
}

/** Only what met this learner, without what met the whole class. */
export const ofSeat = (rows: readonly Intervention[], seatId: string): Intervention[] => rows.filter((row) => row.seat_id === seatId)

export interface SeatChoice {
  id: string
  number: number
  name: string
}

/** The seats that appear in the record, by number. */
export function seatsIn(rows: readonly Intervention[]): SeatChoice[] {
  const seats = new Map<string, SeatChoice>()
  for (const row of rows) if (row.seat_id !== null && row.seat_number !== null) seats.set(row.seat_id, { id: row.seat_id, number: row.seat_number, name: row.learner_name ?? '' })
  return [...seats.values()].sort((a, b) => a.number - b.number)
}
