/** What the list of a class shows: filters with counts, the state of a PIN, who comes first. Pure. */
import type { RequestRow, SeatRow } from '@/api/types'
import { seatText } from '@/format/seat'

export const FILTERS = ['all', 'unclaimed', 'claimed', 'locked', 'withdrawn'] as const
export type SeatFilter = (typeof FILTERS)[number]

export function isFilter(value: unknown): value is SeatFilter {
  return FILTERS.some((filter) => filter === value)
}

export function passes(row: SeatRow, filter: SeatFilter): boolean {
  if (filter === 'all') return true
  return filter === 'locked' ? row.is_locked : row.state === filter
}

export function countsOf(rows: readonly SeatRow[]): Record<SeatFilter, number> {
  const counts: Record<SeatFilter, number> = { all: 0, unclaimed: 0, claimed: 0, locked: 0, withdrawn: 0 }
  for (const filter of FILTERS) counts[filter] = rows.filter((row) => passes(row, filter)).length
  return counts
}

/** The word about a PIN; `null` where a PIN means nothing any more. */
export function pinState(row: SeatRow): 'none' | 'ready' | 'wrong' | 'locked' | null {
  if (row.state !== 'unclaimed') return null
  if (row.is_locked) return 'locked'
  if (row.pin_failures > 0) return 'wrong'
  return row.has_pin ? 'ready' : 'none'
}

/** What kinds of requests wait, and how many of each; the more first. */
export function requestKinds(rows: readonly RequestRow[]): { kind: RequestRow['kind']; count: number }[] {
  const counts = new Map<RequestRow['kind'], number>()
  for (const row of rows) counts.set(row.kind, (counts.get(row.kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count)
}

/** Real time of the room, `14:05`, with the date when it was another day. */
export function roomTime(at: string, now: Date): string {
  const then = new Date(at)
  const clock = `${seatText(then.getHours())}:${seatText(then.getMinutes())}`
  return then.toDateString() === now.toDateString() ? clock : `${String(then.getMonth() + 1)}-${seatText(then.getDate())} ${clock}`
}
