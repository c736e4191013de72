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

  /** Something else than a place of the room stands there; a lone nought may become 07. */
  const isWrong = computed(() => ownSeat.value === null && number.value.trim() !== '' && number.value.trim() !== '0' && !isPlace(number.value))
  const typed = computed<DevicePlace | null>(() => {
    return code.value.trim() !== '' && isPlace(number.value) ? { code: code.value.trim(), seat_number: Number(number.value.trim()) } : null
  })
  /** Whether it is known for whom to keep a result. */
  const isKnown = computed(() => ownSeat.value !== null || typed.value !== null)

  return { code, number, ownSeat, typed, isWrong, isKnown }
}

function isPlace(given: string): boolean {
  const seat = Number(given.trim())
  return Number.isInteger(seat) && seat >= 1 && seat <= SEATS
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 12) : ''
}
