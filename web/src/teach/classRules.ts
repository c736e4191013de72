/** What a class still lacks before it opens. Pure; the words are the page's. */
import type { ClassView } from '@/api/types'

export type Missing = 'claim' | 'device' | ClassView['shortfalls'][number]

export function missingOf(cohort: ClassView): { key: Missing; count: number }[] {
  const missing: { key: Missing; count: number }[] = []
  if (cohort.claimed < cohort.seated) missing.push({ key: 'claim', count: cohort.seated - cohort.claimed })
  if (cohort.devices_passed < cohort.seated) missing.push({ key: 'device', count: cohort.seated - cohort.devices_passed })
  return [...missing, ...cohort.shortfalls.map((key) => ({ key, count: 0 }))]
}
