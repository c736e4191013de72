import { describe, expect, it } from 'vitest'
import type { ProductCard } from '@/api/types'
import { wordsOf } from '@/shop/messageWords'
import { shelved } from '@/shop/shelf'
import { remarksFor } from '@/shop/useCheckout'

const card = (title: string, price_fen: number, sold: number): ProductCard => ({
  id: title, title, picture: { kind: 'art', key: 'honey' }, price_fen, price_max_fen: price_fen, market_price_fen: null, sold, shop_id: 's', shop_name: '云岭',
})
const rows = [card('百花蜂蜜 500g', 5900, 2), card('洋槐蜂蜜 250G', 3900, 9), card('黑木耳', 3900, 4)]
const titles = (found: ProductCard[]) => found.map(({ title }) => title)

describe('the shelf of a store', () => {
  it('finds titles that hold every word, whatever their case', () => {
    expect(titles(shelved(rows, ' 蜂蜜  250g', 'new'))).toEqual(['洋槐蜂蜜 250G'])
    expect(shelved(rows, '苹果', 'new')).toEqual([])
  })

  it('sorts and leaves equals in the order of the store', () => {
    expect(titles(shelved(rows, '', 'price_asc'))).toEqual(['洋槐蜂蜜 250G', '黑木耳', '百花蜂蜜 500g'])
    expect(titles(shelved(rows, '', 'sold'))).toEqual(['洋槐蜂蜜 250G', '黑木耳', '百花蜂蜜 500g'])
    expect(titles(shelved(rows, '', 'new'))).toEqual(titles(rows))
  })
})

describe('the remarks of an order', () => {
  it('go to the stores that are in it, without empty ones', () => {
    expect(remarksFor(['a', 'b'], { a: ' 轻放 ', b: '  ', gone: '不要' })).toEqual([{ shop_id: 'a', text: '轻放' }])
  })
})

describe('the words of a message', () => {
  it('come from its params', () => {
    const params = { shop_name: '云岭', title: '蜂蜜', number: 'M1', reason: null, amount_fen: 5900 }
    expect(wordsOf({ kind: 'refunded', params })).toEqual({ kind: 'refunded', shop: '云岭', goods: '蜂蜜', number: 'M1', reason: '', amountFen: 5900 })
  })

  it('survive a kind and params that are not known', () => {
    expect(wordsOf({ kind: 'new.kind', params: { title: 3 } })).toEqual({ kind: 'other', shop: '', goods: '', number: '', reason: '', amountFen: null })
  })
})
