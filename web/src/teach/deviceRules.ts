/** What a room's checks come to, for the lecturer's page. Pure; the words are the server's and the page's. */
import type { DeviceFinding, DeviceRoom, DeviceSeat } from '@/api/types'

export type DeviceFilter = 'all' | 'pass' | 'warn' | 'fail' | 'none'
export const FILTERS: readonly DeviceFilter[] = ['all', 'pass', 'warn', 'fail', 'none']

export interface Cure {
  code: string
  level: 'warn' | 'fail'
  cure: string
  /** The first seat's words; figures differ from seat to seat. */
  title: string
  seats: number[]
}

export function matches(seat: DeviceSeat, filter: DeviceFilter): boolean {
  return filter === 'all' || (seat.check?.verdict ?? 'none') === filter
}

export function countOf(room: DeviceRoom, filter: DeviceFilter): number {
  return room.seats.filter((seat) => matches(seat, filter)).length
}

/** The same trouble at several seats is one line: what to do, and where. Red first, then where most are concerned. */
export function curesOf(room: DeviceRoom): Cure[] {
  const cures = new Map<string, Cure>()
  for (const seat of room.seats)
    for (const finding of seat.check?.findings ?? []) {
      if (!isTrouble(finding)) continue
      const key = `${finding.code} ${finding.level}`
      const known = cures.get(key)
      if (known === undefined) cures.set(key, { code: finding.code, level: finding.level, title: finding.title, cure: finding.cure, seats: [seat.number] })
      else known.seats.push(seat.number)
    }
  return [...cures.values()].sort((a, b) => (a.level === b.level ? b.seats.length - a.seats.length : a.level === 'fail' ? -1 : 1))
}

function isTrouble(finding: DeviceFinding): finding is DeviceFinding & { level: 'warn' | 'fail' } {
  return finding.level !== 'note'
}
