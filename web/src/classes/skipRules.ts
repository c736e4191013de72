/** Which days a course of so many days takes when some are left out. Pure. */
import { addDays } from '@/format/classtime'

/** A whole course may be left out as often as it has days, and no further: then somebody presses at random. */
const LONGEST = 60

export function courseOf(startsOn: string, days: number, skipped: readonly string[]): { date: string; isSkipped: boolean }[] {
  const course: { date: string; isSkipped: boolean }[] = []
  let taken = 0
  for (let date = startsOn; taken < days && course.length < LONGEST; date = addDays(date, 1)) {
    const isSkipped = skipped.includes(date)
    if (!isSkipped) taken += 1
    course.push({ date, isSkipped })
  }
  return course
}
