/** The periods of a class by day, and how long the present one still lasts. Pure. */
import type { PeriodView } from '@/api/types'

export function daysOf(periods: readonly PeriodView[]): { date: string; number: number; periods: PeriodView[] }[] {
  const days = new Map<string, PeriodView[]>()
  for (const period of periods) days.set(period.date, [...(days.get(period.date) ?? []), period])
  return Array.from(days, ([date, own]) => ({ date, number: own[0]?.day_number ?? 0, periods: own }))
}

/** Seconds until a moment, by the server's clock: `skew` is its time less ours. */
export const secondsUntil = (at: string, now: number, skew: number): number => (Date.parse(at) - now - skew) / 1000
