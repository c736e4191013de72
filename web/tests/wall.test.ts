import { describe, expect, it } from 'vitest'
import type { WallRow } from '@/api/types'
import { addDays, dayText, hourText, leftText, momentOf, todayAt } from '@/format/classtime'
import { BEGINNING_SECONDS, needy, progressOf, seatOf, sorted, sparkPoints } from '@/teach/wallRules'

const NOW = Date.parse('2026-11-30T02:00:00Z')
const calm: WallRow = {
  seat_id: 's1', seat_number: 1, learner_name: '李雨桐', claimed: true, is_late: false, device: 'pass', flags: 0, requests: 0, shop_id: 'x', shop_name: '云岭山货铺',
  products: 3, on_sale: 3, paid_trades: 4, to_ship: 0, due_soon: 0, late: 0, finished: 2, paid_fen: 900, spark: [], last_sim_at: null, last_at: '2026-11-30T01:58:30Z',
}
const seat = (change: Partial<WallRow>) => seatOf({ ...calm, ...change }, null, NOW, BEGINNING_SECONDS)
const judged = (change: Partial<WallRow>) => {
  const { level, why, count } = seat(change)
  return { level, why, count }
}

describe('a seat', () => {
  it('names who needs help, and why', () => {
    expect(judged({})).toEqual({ level: 'calm', why: 'none', count: 0 })
    expect(judged({ claimed: false, shop_id: null })).toEqual({ level: 'absent', why: 'unclaimed', count: 0 })
    expect(judged({ shop_id: null })).toEqual({ level: 'stuck', why: 'noShop', count: 0 })
    expect(judged({ on_sale: 0 })).toEqual({ level: 'stuck', why: 'noGoods', count: 0 })
    expect(judged({ late: 2, due_soon: 3 })).toEqual({ level: 'stuck', why: 'late', count: 2 })
    expect(judged({ due_soon: 1, to_ship: 5 })).toEqual({ level: 'watch', why: 'dueSoon', count: 1 })
    expect(judged({ to_ship: 3 })).toEqual({ level: 'watch', why: 'toShip', count: 3 })
    expect(judged({ paid_trades: 0, finished: 0 })).toEqual({ level: 'watch', why: 'noSale', count: 0 })
  })
  it('calls nobody stuck before the clock has run five minutes, but tells who has not come in', () => {
    const early = (change: Partial<WallRow>) => seatOf({ ...calm, ...change }, null, NOW, BEGINNING_SECONDS - 1)
    expect(early({ shop_id: null })).toMatchObject({ level: 'calm', why: 'noShop', count: 0 })
    expect(early({ late: 2 })).toMatchObject({ level: 'calm', why: 'late' })
    expect(early({ claimed: false })).toMatchObject({ level: 'absent', why: 'unclaimed' })
  })
  it('counts five steps, each for good', () => {
    expect(seat({}).steps).toEqual([true, true, true, true, true])
    expect(seat({ on_sale: 0, to_ship: 4, finished: 0 }).steps).toEqual([true, true, true, false, false])
  })
  it('knows for how long nothing was done', () => {
    expect(seat({}).idleMinutes).toBe(1)
    expect(seat({ last_at: null }).idleMinutes).toBeNull()
  })
})

describe('the wall', () => {
  const away = seat({ seat_number: 2, claimed: false, shop_id: null, on_sale: 0, paid_trades: 0, finished: 0, last_at: null })
  const lost = seat({ seat_number: 3, shop_id: null, on_sale: 0, paid_trades: 0, finished: 0, last_at: null })
  const slow = seat({ seat_number: 4, last_at: '2026-11-30T01:30:00Z', paid_trades: 0, finished: 0 })
  const all = [slow, seat({}), lost, away]
  const numbers = (seats: { row: WallRow }[]): number[] => seats.map((one) => one.row.seat_number)

  it('stands in the order that was asked for', () => {
    expect(numbers(sorted(all, 'seat'))).toEqual([1, 2, 3, 4])
    expect(numbers(sorted(all, 'idle'))).toEqual([3, 4, 1, 2])
    expect(numbers(sorted(all, 'progress'))).toEqual([2, 3, 4, 1])
  })
  it('sends the lecturer to the stuck first; who has not come in needs nobody', () => {
    expect(numbers(needy(all))).toEqual([3, 4])
  })
  it('says where most are lost', () => {
    expect(progressOf(all)).toEqual({ done: { shop: 2, goods: 2, sale: 1, shipped: 1, finished: 1 }, drop: { from: 'goods', to: 'sale', count: 1 } })
    expect(progressOf([]).drop).toBeNull()
  })
  it('draws sales within the box', () => {
    expect(sparkPoints([0, 2, 1], 20, 12)).toBe('0.0,11.0 10.0,1.0 20.0,6.0')
    expect(sparkPoints([0, 0], 20, 12)).toBe('0.0,11.0 20.0,11.0')
  })
})

describe('the time of the class room', () => {
  it('is Chinese wherever the page is read', () => {
    expect(hourText('2026-11-30T00:30:00Z')).toBe('08:30')
    expect(dayText('2026-11-30')).toBe('11 月 30 日 周一')
    expect(momentOf('2026-11-30', '08:30')).toBe('2026-11-30T08:30:00+08:00')
    expect(todayAt(Date.parse('2026-11-29T16:00:00Z'))).toBe('2026-11-30')
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  })
  it('counts a period down', () => {
    expect([leftText(1420), leftText(3900), leftText(-3)]).toEqual(['23:40', '1:05:00', '00:00'])
  })
})
