/**
 * Which learner's pages this tab shows to his lecturer (看他的页面). Kept in `sessionStorage`, so that it is this tab's alone and
 * outlives a reload. The server decides whether he may, and refuses every change.
 */

const KEY = 'kd-view-seat'
const SEAT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The query that opens a tab on a learner's pages: `/shop?view=<seat>`. */
export const VIEW_QUERY = 'view'
export const VIEW_HEADER = 'X-View-Seat'
export const VIEW_ONLY_CODE = 'kernel.identity.view_only'

export const isSeatId = (value: unknown): value is string => typeof value === 'string' && SEAT.test(value)

/** A learner's pages are the mall and his desk; everything else is the lecturer's own. */
export const isViewable = (path: string): boolean => /^\/(shop|desk)(\/|$)/.test(path)

export function viewedSeat(): string | null {
  const kept = sessionStorage.getItem(KEY)
  return isSeatId(kept) ? kept : null
}

export function viewSeat(seat: string): void {
  sessionStorage.setItem(KEY, seat)
}

export function stopViewing(): void {
  sessionStorage.removeItem(KEY)
}
