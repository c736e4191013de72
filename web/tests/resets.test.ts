import { describe, expect, it } from 'vitest'
import type { ResetView } from '@/api/types'
import { isReason, resetLines } from '@/teach/resetRules'

const view: ResetView = {
  seat_id: 's', shop_id: 'x', shop_name: '云岭山货铺', products: 3, unpaid_trades: 1, unpaid_fen: 11_800,
  refunded_trades: 2, refund_fen: 5900, running_trades: 0, running_fen: 0, cart_lines: 0, lines_of_others: 4, buyer_fen: 100, seller_fen: 200, grant_fen: 300,
}

describe('preview of a reset', () => {
  it('says in order what would happen, and no more', () => {
    expect(resetLines(view)).toEqual([
      { key: 'products', count: 3, fen: null },
      { key: 'unpaid', count: 1, fen: 11_800 },
      { key: 'refunded', count: 2, fen: 5900 },
      { key: 'others', count: 4, fen: null },
    ])
  })
  it('says nothing of an empty store', () => {
    expect(resetLines({ ...view, products: 0, unpaid_trades: 0, refunded_trades: 0, lines_of_others: 0 })).toEqual([])
  })
})

describe('reason', () => {
  it('has two to two hundred characters, space around not counted', () => {
    expect(['', ' 啊 ', '重来', '长'.repeat(200), '长'.repeat(201)].map(isReason)).toEqual([false, false, true, true, false])
  })
})
