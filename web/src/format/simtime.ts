/**
 * Simulated time is a naive local date time (`2026-10-12T14:36:00`). It is read as if it were UTC, so that the time zone of
 * the reader's machine never shifts it.
 */

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const

export function simMillis(simAt: string): number {
  return Date.parse(`${simAt.slice(0, 19)}Z`)
}

export function simIso(millis: number): string {
  return new Date(millis).toISOString().slice(0, 19)
}

const two = (value: number): string => String(value).padStart(2, '0')

export function simClock(millis: number): string {
  const date = new Date(millis)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

export function simDate(millis: number): string {
  const date = new Date(millis)
  return `${String(date.getUTCMonth() + 1)} 月 ${String(date.getUTCDate())} 日`
}

export function simWeekday(millis: number): string {
  return WEEKDAYS[new Date(millis).getUTCDay()] ?? ''
}

/** `10 月 12 日 14:36` */
export function simText(simAt: string): string {
  const millis = simMillis(simAt)
  return `${simDate(millis)} ${simClock(millis)}`
}
