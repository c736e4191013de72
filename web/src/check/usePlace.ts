/** Which place the result is for: a learner's own seat, else what the link or the person says. */
import { computed, ref } from 'vue'
import type { DevicePlace } from '@/api/types'
import { useSessionStore } from '@/session/store'

const SEATS = 30

export function usePlace(query: { c?: unknown; s?: unknown }) {
  const session = useSessionStore()
  const code = ref(wordOf(query.c))
  const number = ref(wordOf(query.s))
  const ownSeat = computed(() => (session.session?.role === 'learner' ? session.session.seat : null))

  const typed = computed<DevicePlace | null>(() => {
    const seat_number = Number(number.value.trim())
    const isSeat = Number.isInteger(seat_number) && seat_number >= 1 && seat_number <= SEATS
    return code.value.trim() !== '' && isSeat ? { code: code.value.trim(), seat_number } : null
  })
  /** Whether it is known for whom to keep a result. */
  const isKnown = computed(() => ownSeat.value !== null || typed.value !== null)

  return { code, number, ownSeat, typed, isKnown }
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 12) : ''
}
