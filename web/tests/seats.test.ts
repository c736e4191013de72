/** The list of a class: filters, counts, the word about a PIN. */
import { expect, it } from 'vitest'
import type { RequestRow, SeatRow } from '@/api/types'
import { countsOf, isFilter, passes, pinState, requestKinds, roomTime } from '@/teach/seatRules'

const seat = (over: Partial<SeatRow>): SeatRow => ({
  id: '1', number: 7, name: '李雨桐', state: 'unclaimed', account_id: null, login: null, claimed_at: null, claim_browser: null, has_pin: true,
  pin_failures: 0, is_locked: false, locked_until: null, is_late: false, has_person: true, withdrawn_at: null, actions: [], ...over,
})

it('counts each filter, a locked seat in two of them', () => {
  const rows = [seat({}), seat({ is_locked: true, pin_failures: 5 }), seat({ state: 'claimed' }), seat({ state: 'withdrawn' })]
  expect(countsOf(rows)).toEqual({ all: 4, unclaimed: 2, claimed: 1, locked: 1, withdrawn: 1 })
  expect(rows.filter((row) => passes(row, 'locked'))).toHaveLength(1)
})

it('says of a PIN what the lecturer must know first', () => {
  expect(pinState(seat({ has_pin: false }))).toBe('none')
  expect(pinState(seat({}))).toBe('ready')
  expect(pinState(seat({ pin_failures: 2 }))).toBe('wrong')
  expect(pinState(seat({ pin_failures: 5, is_locked: true }))).toBe('locked')
  expect(pinState(seat({ state: 'claimed' }))).toBeNull()
})

it('knows its filters from an address', () => {
  expect([isFilter('locked'), isFilter('nonsense'), isFilter(undefined)]).toEqual([true, false, false])
})

it('counts the requests of each kind, the more first', () => {
  const asked = (kind: RequestRow['kind']): RequestRow => ({ id: '1', kind, state: 'open', name: '李雨桐', phone_tail: null, seat_id: null, seat_number: null, login: null, browser: '', asked_at: '', reason: '', namesakes: [] })
  expect(requestKinds([asked('password'), asked('join'), asked('join')])).toEqual([{ kind: 'join', count: 2 }, { kind: 'password', count: 1 }])
  expect(requestKinds([])).toEqual([])
})

it('tells the time of today without a date', () => {
  const now = new Date(2026, 9, 12, 15, 0)
  expect(roomTime(new Date(2026, 9, 12, 9, 5).toISOString(), now)).toBe('09:05')
  expect(roomTime(new Date(2026, 9, 11, 9, 5).toISOString(), now)).toBe('10-11 09:05')
})
