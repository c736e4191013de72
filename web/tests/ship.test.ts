import { describe, expect, it } from 'vitest'
import { chosenLines, isWhole, pastedNumbers, typedFen } from '@/desk/shipRules'

const WAITING = [{ id: 'a', left: 3 }, { id: 'b', left: 1 }]

describe('a parcel', () => {
  it('takes what is chosen and never more than is left', () => {
    expect(chosenLines(WAITING, { a: 2, b: 0 })).toEqual([{ line_id: 'a', quantity: 2 }])
    expect(chosenLines(WAITING, { a: 9, b: -1 })).toEqual([{ line_id: 'a', quantity: 3 }])
    expect(chosenLines(WAITING, {})).toEqual([])
  })

  it('is whole when nothing stays behind', () => {
    expect(isWhole(WAITING, { a: 3, b: 1 })).toBe(true)
    expect(isWhole(WAITING, { a: 3, b: 0 })).toBe(false)
    expect(isWhole([], {})).toBe(false)
  })
})

describe('what is typed', () => {
  it('is yuan with two places at most', () => {
    expect(['59', '59.9', '59.90', ' 0.05 '].map(typedFen)).toEqual([5900, 5990, 5990, 5])
    expect(['', '-1', '1.234', '五', '1e3', '.5'].map(typedFen)).toEqual([null, null, null, null, null, null])
  })

  it('is one number a row, the courier gives the rest', () => {
    expect(pastedNumbers('MN1\n\n MN3 ', 4)).toEqual(['MN1', null, 'MN3', null])
    expect(pastedNumbers('A，B', 2)).toEqual(['A', 'B'])
  })
})
