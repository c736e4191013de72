import { computed } from 'vue'
import { jumpClock, pauseClock, setSpeed, startClock } from '@/api/teach'
import { useClockStore } from '@/clock/store'
import { useSubmit } from '@/forms/useSubmit'
import { useTeachStale } from './queries'

/** Start, pause, speed and jump; the answer of each is the new clock, the socket tells everybody else. */
export function useClockCommands() {
  const clock = useClockStore()
  const stale = useTeachStale()
  const toggling = useSubmit(() => (clock.state === 'running' ? pauseClock() : startClock()))
  const speeding = useSubmit((_key, speed: number) => setSpeed(speed))
  const jumping = useSubmit((key, target: string) => jumpClock(target, key))
  const problem = computed(() => toggling.problem.value ?? speeding.problem.value ?? jumping.problem.value)
  const pending = computed(() => toggling.pending.value || speeding.pending.value || jumping.pending.value)

  async function toggle(): Promise<void> {
    if (clock.state === 'jumping' || clock.state === 'ended') return
    const view = await toggling.submit()
    if (view !== null) clock.accept(view)
  }

  async function speed(next: number): Promise<void> {
    const view = await speeding.submit(next)
    if (view !== null) clock.accept(view)
  }

  async function jump(target: string): Promise<boolean> {
    const view = await jumping.submit(target)
    if (view !== null) clock.accept(view)
    stale()
    return view !== null
  }

  function dismiss(): void {
    toggling.reset()
    speeding.reset()
    jumping.reset()
  }

  return { toggle, speed, jump, problem, pending, dismiss }
}
