/** The wall as it stands now: figures, presence and judgement in one list, in the chosen order. */
import { useNow } from '@vueuse/core'
import { computed, ref } from 'vue'
import { useClockStore } from '@/clock/store'
import { usePresence } from './classQueries'
import { useWall } from './queries'
import { needy, progressOf, seatOf, sorted, type SeatSort } from './wallRules'

const TICK_MS = 10_000

export function useWallSeats() {
  const wall = useWall()
  const presence = usePresence()
  const now = useNow({ interval: TICK_MS })
  const clock = useClockStore()
  /** Whole minutes, or the wall would be drawn anew twice a second. */
  const classSeconds = computed(() => Math.floor(clock.classSeconds / 60) * 60)
  const order = ref<SeatSort>('seat')
  const here = computed(() => new Map((presence.data ?? []).map((one) => [one.seat_id, one])))
  const seats = computed(() => (wall.data?.rows ?? []).map((row) => seatOf(row, here.value.get(row.seat_id) ?? null, now.value.getTime(), classSeconds.value)))
  const shown = computed(() => sorted(seats.value, order.value))
  const needs = computed(() => needy(seats.value))
  const progress = computed(() => progressOf(seats.value))
  const online = computed(() => seats.value.filter((seat) => seat.presence?.online === true).length)
  const paid = computed(() => seats.value.reduce((sum, seat) => sum + seat.row.paid_fen, 0))
  return { wall, now, order, seats, shown, needs, progress, online, paid }
}
