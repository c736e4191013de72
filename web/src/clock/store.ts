import { useIntervalFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ClockView } from '@/api/types'
import { betterSkew, dayNumberAt, readClock } from './extrapolate'

const TICK_MS = 500

/** The one ticking clock of the page: simulated time and class time, extrapolated from the last message. */
export const useClockStore = defineStore('clock', () => {
  const view = shallowRef<ClockView | null>(null)
  const localNow = ref(Date.now())
  const skew = ref<number | null>(null)

  useIntervalFn(() => {
    localNow.value = Date.now()
  }, TICK_MS)

  function accept(next: ClockView): void {
    if (view.value !== null && next.version < view.value.version) return
    localNow.value = Date.now()
    skew.value = betterSkew(skew.value, next.server_at, localNow.value)
    view.value = next
  }

  function forget(): void {
    view.value = null
  }

  const reading = computed(() => (view.value === null ? null : readClock(view.value, localNow.value, skew.value ?? 0)))
  const simMillis = computed(() => reading.value?.simMillis ?? 0)
  const classSeconds = computed(() => reading.value?.classSeconds ?? 0)
  const dayNumber = computed(() => (view.value === null ? 0 : dayNumberAt(view.value, simMillis.value)))
  const speed = computed(() => view.value?.speed ?? 1)
  const state = computed(() => view.value?.state ?? 'paused')

  return { view, accept, forget, simMillis, classSeconds, dayNumber, speed, state }
})
