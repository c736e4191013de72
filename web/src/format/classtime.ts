/** Dates and hours of the class room, always Chinese time, whatever the reader's machine is set to. */
import { simWeekday } from './simtime'

const SHIFT_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-11-30` as `11 月 30 日 周一` */
export function dayText(date: string): string {
  const millis = Date.parse(`${date}T00:00:00Z`)
  const day = new Date(millis)
  return `${String(day.getUTCMonth() + 1)} 月 ${String(day.getUTCDate())} 日 ${simWeekday(millis)}`
}

/** The class room's hour of a moment: `14:00` */
export function hourText(at: string): string {
  const local = new Date(Date.parse(at) + SHIFT_MS)
  return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`
}

/** The moment of an hour on a day of the class room. */
export const momentOf = (date: string, hour: string): string => `${date}T${hour}:00+08:00`

/** Today in the class room. */
export const todayAt = (now: number): string => new Date(now + SHIFT_MS).toISOString().slice(0, 10)

export const addDays = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** What is left of a period: `23:40`, above an hour `1:05:00`. */
export function leftText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  return hours > 0 ? `${String(hours)}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`
}
