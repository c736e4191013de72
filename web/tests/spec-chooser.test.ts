import { describe, expect, it } from 'vitest'
import { choose, isOpen, missing, offerOf, pictureOf, priceRange, startingChoice, stockOf, type Offer, type SpecName } from '@/shop/specChooser'

const specs: SpecName[] = [
  { name: '颜色', values: ['红', '蓝'] },
  { name: '尺码', values: ['S', 'M', 'L'] },
]
const red = { kind: 'art' as const, key: 'red' }
const offer = (color: string, size: string, price: number, sellable: number): Offer => ({
  id: color + size,
  spec: [color, size],
  price_fen: price,
  market_price_fen: null,
  sellable,
  picture: color === '红' ? red : null,
})
// 蓝 L is not made at all; 红 M is sold out.
const offers = [offer('红', 'S', 100, 5), offer('红', 'M', 120, 0), offer('红', 'L', 140, 1), offer('蓝', 'S', 110, 3), offer('蓝', 'M', 130, 2)]

describe('the choice of a specification', () => {
  it('begins with what leaves no choice, or with the SKU that is meant', () => {
    expect(startingChoice(specs, offers)).toEqual([null, null])
    expect(startingChoice([{ name: '包装', values: ['盒'] }], offers)).toEqual(['盒'])
    expect(startingChoice(specs, offers, '蓝M')).toEqual(['蓝', 'M'])
    expect(startingChoice([], [{ ...offer('', '', 90, 4), spec: [] }])).toEqual([])
  })

  it('finds the SKU only of a complete choice', () => {
    expect(offerOf(offers, ['红', null])).toBeNull()
    expect(offerOf(offers, ['红', 'S'])?.id).toBe('红S')
    expect(offerOf(offers, ['蓝', 'L'])).toBeNull()
    expect(offerOf([{ ...offer('', '', 90, 4), spec: [] }], [])?.price_fen).toBe(90)
  })

  it('greys what is sold out or not made beside the choice, and nothing else', () => {
    expect(specs[1]?.values.map((size) => isOpen(offers, ['红', null], 1, size))).toEqual([true, false, true])
    expect(specs[1]?.values.map((size) => isOpen(offers, ['蓝', 'S'], 1, size))).toEqual([true, true, false])
    expect(specs[0]?.values.map((color) => isOpen(offers, [null, 'L'], 0, color))).toEqual([true, false])
    expect(specs[1]?.values.map((size) => isOpen(offers, [null, null], 1, size))).toEqual([true, true, true])
  })

  it('takes a value, gives it back, and lets go of what does not go with it', () => {
    expect(choose(offers, [null, null], 0, '红')).toEqual(['红', null])
    expect(choose(offers, ['红', null], 0, '红')).toEqual([null, null])
    expect(choose(offers, ['红', 'L'], 0, '蓝')).toEqual(['蓝', null])
    expect(choose(offers, ['红', 'S'], 0, '蓝')).toEqual(['蓝', 'S'])
  })

  it('never ends at a combination that cannot be had', () => {
    for (const color of ['红', '蓝']) {
      for (const size of ['S', 'M', 'L']) {
        const reached = choose(offers, choose(offers, [null, null], 1, size), 0, color)
        const found = offerOf(offers, reached)
        expect(reached.includes(null) || (found !== null && found.sellable > 0)).toBe(true)
      }
    }
  })

  it('names what is missing', () => {
    expect(missing(specs, [null, 'S'])).toEqual(['颜色'])
    expect(missing(specs, ['红', 'S'])).toEqual([])
  })

  it('follows with price and stock, leaving out what is sold out', () => {
    expect(priceRange(offers)).toEqual({ from: 100, to: 140 })
    expect(priceRange(offers, ['蓝', null])).toEqual({ from: 110, to: 130 })
    expect(priceRange(offers, ['红', 'M'])).toEqual({ from: 120, to: 120 })
    expect(stockOf(offers)).toBe(11)
    expect(stockOf(offers, ['红', null])).toBe(6)
  })

  it('shows the picture of the first name only', () => {
    expect(pictureOf(offers, 0, '红')).toEqual(red)
    expect(pictureOf(offers, 0, '蓝')).toBeNull()
    expect(pictureOf(offers, 1, 'S')).toBeNull()
  })
})
