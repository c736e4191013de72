import { describe, expect, it } from 'vitest'
import { withWord } from '@/shop/recentSearches'
import { addressOf, filterOf, narrowings, NOTHING_WANTED, wantedOf } from '@/shop/searchAddress'

describe('what a buyer looks for', () => {
  it('stands in the address and comes back from it', () => {
    const wanted = { q: '蜂蜜 500g', category: 'dry-goods', from: 10, to: 50, inStock: true, sort: 'newest' as const }
    expect(addressOf(wanted)).toEqual({ q: '蜂蜜 500g', category: 'dry-goods', from: '10', to: '50', stock: '1', sort: 'newest' })
    expect(wantedOf(addressOf(wanted))).toEqual(wanted)
  })

  it('leaves the address bare when nothing is wanted', () => {
    expect(addressOf(NOTHING_WANTED)).toEqual({})
    expect(wantedOf({})).toEqual(NOTHING_WANTED)
  })

  it.each([
    [{ from: '-1' }, null, null],
    [{ from: '1.5', to: 'x' }, null, null],
    [{ from: '12345678' }, null, null],
    [{ from: '0', to: '0' }, 0, 0],
    [{ from: '90', to: '10' }, 10, 90],
  ])('reads prices typed into the address %j', (query, from, to) => {
    expect([wantedOf(query).from, wantedOf(query).to]).toEqual([from, to])
  })

  it('ignores an order that is none and takes the first of nothing repeated', () => {
    expect(wantedOf({ sort: 'nearest', q: ['a', 'b'] })).toEqual(NOTHING_WANTED)
  })

  it('asks the server in fen', () => {
    expect(filterOf({ ...NOTHING_WANTED, from: 1, to: 20, inStock: true })).toEqual({ sort: 'recommended', from_fen: 100, to_fen: 2000, in_stock: true })
  })

  it('counts what the filter sheet narrows', () => {
    expect(narrowings({ ...NOTHING_WANTED, q: '蜂蜜', sort: 'sold' })).toBe(0)
    expect(narrowings({ ...NOTHING_WANTED, from: 1, to: 2, inStock: true, category: 'tea' })).toBe(3)
  })
})

describe('recent searches', () => {
  it('keep the last eight, the newest first, each once', () => {
    const words = 'abcdefgh'.split('')
    expect(withWord(words, 'z')).toEqual(['z', 'a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(withWord(words, 'c')).toEqual(['c', 'a', 'b', 'd', 'e', 'f', 'g', 'h'])
  })
})
