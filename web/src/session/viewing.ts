/**
 * 看他的页面: a lecturer sees the pages of one learner, in this tab alone. The seat stands in the tab's own storage, every
 * request carries it, and the server answers reading only. Such a tab opens no socket: it would be the lecturer's own.
 */
const KEY = 'kd-view-seat'
const PARAM = 'view'

/** Takes over the seat that the address names, once, when the page is loaded. */
export function takeViewedSeat(): string | null {
  const address = new URL(location.href)
  const given = address.searchParams.get(PARAM)
  try {
    if (given !== null) {
      sessionStorage.setItem(KEY, given)
      address.searchParams.delete(PARAM)
      history.replaceState(history.state, '', address)
    }
    return sessionStorage.getItem(KEY)
  } catch {
    return given
  }
}

export const viewedSeat = takeViewedSeat()

/** The address that opens a learner's pages in a tab of its own. */
export const viewUrl = (path: string, seatId: string): string => `${path}?${PARAM}=${encodeURIComponent(seatId)}`

export function leaveView(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Without storage nothing was kept.
  }
  // A fresh page: nothing of what was seen stays in memory.
  location.assign('/teach')
}
