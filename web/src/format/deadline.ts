/** A deadline is text: how much is left, on which clock, and what that means in the room. */

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** Simulated seconds in words: `1 天 04 时`, `3 小时 12 分`, `12 分`. */
export function durationText(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  if (left >= DAY) return `${String(Math.floor(left / DAY))} 天 ${String(Math.floor((left % DAY) / HOUR)).padStart(2, '0')} 时`
  if (left >= HOUR) return `${String(Math.floor(left / HOUR))} 小时 ${String(Math.floor((left % HOUR) / MINUTE))} 分`
  if (left >= MINUTE) return `${String(Math.floor(left / MINUTE))} 分`
  return '不到 1 分'
}

/** What `simSeconds` last in the room at `speed`: `8 分钟`. */
export function realText(simSeconds: number, speed: number): string {
  const exact = Math.max(0, simSeconds) / Math.max(1, speed) / MINUTE
  if (exact < 1) return '不到 1 分钟'
  const minutes = Math.round(exact)
  if (minutes < 60) return `${String(minutes)} 分钟`
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return rest === 0 ? `${String(hours)} 小时` : `${String(hours)} 小时 ${String(rest)} 分`
}

/** The same as a rough statement: `约 8 分钟`. */
export function roomText(simSeconds: number, speed: number): string {
  const text = realText(simSeconds, speed)
  return text.startsWith('不到') ? text : `约 ${text}`
}

/** Class seconds as a countdown: `14:59`, `1:02:03`. */
export function countdownText(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(left / HOUR)
  const rest = `${two(Math.floor((left % HOUR) / MINUTE))}:${two(left % MINUTE)}`
  return hours > 0 ? `${String(hours)}:${rest}` : rest
}

export type Urgency = 'calm' | 'soon' | 'over'

/** A countdown changes colour at 20 % left. */
export function urgency(left: number, whole: number): Urgency {
  if (left <= 0) return 'over'
  return left <= whole * 0.2 ? 'soon' : 'calm'
}
