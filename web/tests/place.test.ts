import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { usePlace } from '@/check/usePlace'

beforeEach(() => {
  setActivePinia(createPinia())
})

describe('the number on the desk', () => {
  it.each(['31', '99', '0 7', 'a', '-1', '1.5', '00'])('is wrong as %s and names no place', (given) => {
    const place = usePlace({ c: 'K7Q2MX', s: given })
    expect([place.isWrong.value, place.typed.value]).toEqual([true, null])
  })

  it.each(['1', '07', '30'])('names a place as %s', (given) => {
    const place = usePlace({ c: 'K7Q2MX', s: given })
    expect([place.isWrong.value, place.typed.value]).toEqual([false, { code: 'K7Q2MX', seat_number: Number(given) }])
  })

  it.each(['', '0'])('is not wrong yet as “%s”', (given) => {
    expect(usePlace({ s: given }).isWrong.value).toBe(false)
  })
})
