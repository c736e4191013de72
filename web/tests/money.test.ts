import { describe, expect, it } from 'vitest'
import { moneyText, parseYuan, plainMoney, yuanInput } from '@/format/money'

describe('money', () => {
  it('groups thousands and keeps two decimals', () => {
    expect(moneyText(123_456_789)).toBe('¥1,234,567.89')
    expect(plainMoney(5)).toBe('0.05')
  })

  it('writes a real minus sign, and a plus only when asked', () => {
    expect(moneyText(-5310)).toBe('−¥53.10')
    expect(plainMoney(600, true)).toBe('+6.00')
    expect(plainMoney(0, true)).toBe('0.00')
  })

  it('reads what people type, without floating point', () => {
    expect(parseYuan('59')).toBe(5900)
    expect(parseYuan(' 1,234.5 ')).toBe(123_450)
    expect(parseYuan('0.07')).toBe(7)
    expect(parseYuan('19.99')).toBe(1999)
  })

  it('refuses what is no amount', () => {
    for (const input of ['', '.5', '1.234', '-3', '12a', '12345678']) expect(parseYuan(input)).toBeNull()
  })

  it('goes into a field and comes back unchanged', () => {
    for (const fen of [1, 10, 99, 12_345]) expect(parseYuan(yuanInput(fen))).toBe(fen)
    expect(yuanInput(null)).toBe('')
  })
})
