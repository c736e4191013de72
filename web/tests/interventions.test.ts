import { describe, expect, it } from 'vitest'
import type { Intervention } from '@/api/types'
import { figuresOf, ofSeat, seatsIn } from '@/teach/interventionRules'

const row = (id: string, seat: number | null): Intervention => ({
  id, kind: 'shop.reset', seat_id: seat === null ? null : `seat-${String(seat)}`, seat_number: seat, learner_name: seat === null ? null : `学员${String(seat)}`,
  author: '林老师', reason: '重做', params: {}, sim_at: null, at: '2026-11-24T00:00:00Z',
})

describe('interventions', () => {
  it('tells amounts in yuan, also of nothing, and hides counts of nothing and ids', () => {
    const figures = figuresOf({ shop_id: 'x', seller_fen: 0, buyer_fen: 123456, products: 0, refunded_trades: 2, shop_name: '云岭' })
    expect(figures).toEqual([
      { figure: 'shop_name', value: '云岭' },
      { figure: 'refunded_trades', value: '2' },
      { figure: 'buyer_fen', value: '¥1,234.56' },
      { figure: 'seller_fen', value: '¥0.00' },
    ])
  })

  it('tells a jump from, to and what fired', () => {
    expect(figuresOf({ from_sim_at: '2026-10-12T09:00:00', target_sim_at: '2026-10-14T09:00:00', fires: 0 }).map(({ value }) => value)).toEqual(['10 月 12 日 09:00', '10 月 14 日 09:00', '0'])
  })

  it('keeps what met one learner', () => {
    expect(ofSeat([row('a', 3), row('b', null), row('c', 1)], 'seat-3').map(({ id }) => id)).toEqual(['a'])
  })

  it('offers each seat of the record once, by number', () => {
    expect(seatsIn([row('a', 3), row('b', null), row('c', 1), row('d', 3)]).map(({ number }) => number)).toEqual([1, 3])
  })
})
