/** How a seat is judged at a glance, in what order seats stand, and how the line of its sales is drawn. Pure. */
import type { PresenceView, WallRow } from '@/api/types'

export type SeatLevel = 'calm' | 'watch' | 'stuck' | 'absent'
export type SeatWhy = 'none' | 'unclaimed' | 'noShop' | 'noGoods' | 'late' | 'dueSoon' | 'toShip' | 'noSale'
export type SeatSort = 'seat' | 'idle' | 'progress'
export const SORTS = ['seat', 'idle', 'progress'] as const satisfies readonly SeatSort[]
export const STEPS = ['shop', 'goods', 'sale', 'shipped', 'finished'] as const
export type Step = (typeof STEPS)[number]

export interface WallSeat {
  row: WallRow
  level: SeatLevel
  why: SeatWhy
  /** How many of whatever `why` counts. */
  count: number
  steps: readonly boolean[]
  /** Null before a page of his was ever seen. */
  presence: PresenceView | null
  /** Minutes since he last did something that was kept; null if never. */
  idleMinutes: number | null
}

const MANY_TO_SHIP = 3
const MINUTE_MS = 60_000

function judge(row: WallRow): { level: SeatLevel; why: SeatWhy; count: number } {
  if (!row.claimed) return { level: 'absent', why: 'unclaimed', count: 0 }
  if (row.shop_id === null) return { level: 'stuck', why: 'noShop', count: 0 }
  if (row.on_sale === 0) return { level: 'stuck', why: 'noGoods', count: 0 }
  if (row.late > 0) return { level: 'stuck', why: 'late', count: row.late }
  if (row.due_soon > 0) return { level: 'watch', why: 'dueSoon', count: row.due_soon }
  if (row.to_ship >= MANY_TO_SHIP) return { level: 'watch', why: 'toShip', count: row.to_ship }
  return row.paid_trades === 0 ? { level: 'watch', why: 'noSale', count: 0 } : { level: 'calm', why: 'none', count: 0 }
}

/** The steps of a first sale a seat has passed: shop, goods, sale, something shipped, something received. */
export function stepsPassed(row: WallRow): boolean[] {
  return [row.shop_id !== null, row.on_sale > 0 || row.paid_trades > 0, row.paid_trades > 0, row.paid_trades > row.to_ship, row.finished > 0]
}

/** Nobody is stuck, or to be watched, before the class has had this much time to begin; 示例. */
export const BEGINNING_SECONDS = 300

const CALM = { level: 'calm', why: 'none', count: 0 } as const

/** `classSeconds` is how long the class's clock has run. */
export function seatOf(row: WallRow, presence: PresenceView | null, now: number, classSeconds: number): WallSeat {
  const idleMinutes = row.last_at === null ? null : Math.max(0, Math.floor((now - Date.parse(row.last_at)) / MINUTE_MS))
  const judged = judge(row)
  const tooEarly = classSeconds < BEGINNING_SECONDS && judged.level !== 'absent'
  return { row, ...(tooEarly ? { ...CALM, why: judged.why } : judged), steps: stepsPassed(row), presence, idleMinutes }
}

const passed = (seat: WallSeat): number => seat.steps.filter(Boolean).length
/** Who never did anything comes first, who has not even come in last: there is nobody to help yet. */
const idleness = (seat: WallSeat): number => (seat.level === 'absent' ? -1 : (seat.idleMinutes ?? Number.MAX_SAFE_INTEGER))

export function sorted(seats: readonly WallSeat[], order: SeatSort): WallSeat[] {
  const byNumber = (a: WallSeat, b: WallSeat): number => a.row.seat_number - b.row.seat_number
  if (order === 'idle') return [...seats].sort((a, b) => idleness(b) - idleness(a) || byNumber(a, b))
  if (order === 'progress') return [...seats].sort((a, b) => passed(a) - passed(b) || byNumber(a, b))
  return [...seats].sort(byNumber)
}

/** Whom to go to: stuck before to be watched, the longest idle first. */
export function needy(seats: readonly WallSeat[]): WallSeat[] {
  const rank = { stuck: 0, watch: 1, calm: 2, absent: 2 }
  const wanted = seats.filter((seat) => seat.level === 'stuck' || seat.level === 'watch')
  return wanted.sort((a, b) => rank[a.level] - rank[b.level] || idleness(b) - idleness(a) || a.row.seat_number - b.row.seat_number)
}

/** How many have passed each step, and between which two most are lost. */
export function progressOf(seats: readonly WallSeat[]): { done: Record<Step, number>; drop: { from: Step; to: Step; count: number } | null } {
  const counts = STEPS.map((_, index) => seats.filter((seat) => seat.steps[index] === true).length)
  const done = Object.fromEntries(STEPS.map((step, index) => [step, counts[index] ?? 0])) as Record<Step, number>
  let drop: { from: Step; to: Step; count: number } | null = null
  STEPS.forEach((to, index) => {
    const from = STEPS[index - 1]
    if (from === undefined) return
    const count = done[from] - done[to]
    if (count > (drop?.count ?? 0)) drop = { from, to, count }
  })
  return { done, drop }
}

/** The points of a small line in a box; a flat line at the foot when nothing was sold. */
export function sparkPoints(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values)
  const step = width / Math.max(1, values.length - 1)
  return values.map((value, index) => `${(index * step).toFixed(1)},${(height - 1 - (value / most) * (height - 2)).toFixed(1)}`).join(' ')
}
