/** Where the simulated clock stands between two messages of the server. Pure: the present is an argument. */
import type { ClockView } from '@/api/types'
import { simMillis } from '@/format/simtime'

export interface Reading {
  simMillis: number
  classSeconds: number
}

/**
 * `skew` is server time minus local time in milliseconds. A running clock moves on by `speed` for each second since the server
 * looked at it; a paused or jumping clock stands where the server said.
 */
export function readClock(view: ClockView, localNow: number, skew: number): Reading {
  const start = simMillis(view.sim_at)
  if (view.state !== 'running') return { simMillis: start, classSeconds: view.class_seconds }
  const elapsed = Math.max(0, localNow + skew - Date.parse(view.server_at))
  return { simMillis: start + elapsed * view.speed, classSeconds: view.class_seconds + elapsed / 1000 }
}

/** The freshest message has the largest difference, for delay only makes it smaller. */
export function betterSkew(known: number | null, serverAt: string, localNow: number): number {
  const sample = Date.parse(serverAt) - localNow
  return known === null ? sample : Math.max(known, sample)
}

export function dayNumberAt(view: ClockView, millis: number): number {
  const day = (value: number): number => Math.floor(value / 86_400_000)
  return view.day_number + day(millis) - day(simMillis(view.sim_at))
}
