/** How often a page that follows a parcel asks again. Parcels move without a message, so a fast clock asks more often. */
import { useClockStore } from './store'

const FAST_SPEED = 240
const FAST_MS = 5_000
const CALM_MS = 15_000

export const paceAt = (state: string, speed: number): number => (state === 'running' && speed >= FAST_SPEED ? FAST_MS : CALM_MS)

export function useRefreshPace(): () => number {
  const clock = useClockStore()
  return () => paceAt(clock.state, clock.speed)
}
