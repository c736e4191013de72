import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { Deadline } from '@/api/types'
import { countdownText, durationText, roomText, urgency } from '@/format/deadline'
import { simMillis } from '@/format/simtime'
import { useClockStore } from './store'

const PAY_SECONDS = 900
const SHIP_SECONDS = 48 * 3600
const CONFIRM_SECONDS = 10 * 86_400
const AFTER_SALE_SECONDS = 7 * 86_400
/** The whole period of each deadline (policy `teaching-1`), to know when 20 % are left. */
const WHOLE: Readonly<Record<string, number>> = { pay: PAY_SECONDS, ship: SHIP_SECONDS, auto_confirm: CONFIRM_SECONDS, after_sale: AFTER_SALE_SECONDS }

/** A deadline that ticks with the right clock: class time for paying, simulated time for everything else. */
export function useDeadline(source: MaybeRefOrGetter<Deadline>) {
  const clock = useClockStore()
  // A class-time deadline comes as seconds left when it was fetched; pin it to the class clock of that moment.
  const pinned = computed(() => {
    const deadline = toValue(source)
    return deadline.class_seconds_left === null ? null : pinOf(deadline, clock.classSeconds)
  })
  const seconds = computed(() => {
    const deadline = toValue(source)
    if (deadline.due_sim_at !== null) return (simMillis(deadline.due_sim_at) - clock.simMillis) / 1000
    return pinned.value === null ? 0 : pinned.value - clock.classSeconds
  })
  const left = computed(() => (toValue(source).axis === 'class' ? countdownText(seconds.value) : durationText(seconds.value)))
  const room = computed(() => (toValue(source).axis === 'class' ? '' : roomText(seconds.value, clock.speed)))
  const level = computed(() => urgency(seconds.value, WHOLE[toValue(source).kind] ?? SHIP_SECONDS))
  return { seconds, left, room, level }
}

const pins = new WeakMap<Deadline, number>()

function pinOf(deadline: Deadline, classNow: number): number {
  const known = pins.get(deadline)
  if (known !== undefined) return known
  const due = classNow + (deadline.class_seconds_left ?? 0)
  pins.set(deadline, due)
  return due
}
