import { describe, expect, it } from 'vitest'
import type { ClockView } from '@/api/types'
import { betterSkew, dayNumberAt, readClock } from '@/clock/extrapolate'
import { paceAt } from '@/clock/refreshPace'
import { simIso, simMillis, simText, simWeekday } from '@/format/simtime'

const SERVER = '2026-03-01T08:00:00.000Z'
const view: ClockView = { state: 'running', speed: 24, sim_at: '2026-10-12T23:50:00', day_number: 18, class_seconds: 100, jump_target_sim_at: null, server_at: SERVER, version: 3 }
const later = (seconds: number): number => Date.parse(SERVER) + seconds * 1000

describe('readClock', () => {
  it('moves on by the speed while running', () => {
    const reading = readClock(view, later(60), 0)
    expect(simIso(reading.simMillis)).toBe('2026-10-13T00:14:00')
    expect(reading.classSeconds).toBe(160)
  })

  it('stands still while paused or jumping', () => {
    for (const state of ['paused', 'jumping'] as const) {
      const reading = readClock({ ...view, state }, later(500), 0)
      expect(simIso(reading.simMillis)).toBe(view.sim_at)
      expect(reading.classSeconds).toBe(100)
    }
  })

  it('corrects a local clock that is wrong by hours', () => {
    const wrong = later(60) - 7_200_000
    expect(simIso(readClock(view, wrong, 7_200_000).simMillis)).toBe('2026-10-13T00:14:00')
  })

  it('never runs backwards before the message was made', () => {
    expect(readClock(view, later(-10), 0).simMillis).toBe(simMillis(view.sim_at))
  })

  it('counts the day on past midnight', () => {
    expect(dayNumberAt(view, readClock(view, later(60), 0).simMillis)).toBe(19)
  })
})

describe('betterSkew', () => {
  it('prefers the message that travelled least', () => {
    const fresh = betterSkew(null, SERVER, later(0.02))
    expect(betterSkew(fresh, SERVER, later(5))).toBe(fresh)
    expect(betterSkew(-5000, SERVER, later(0.02))).toBe(fresh)
  })
})

describe('simulated time', () => {
  it('reads the same on every machine', () => {
    expect(simText('2026-10-12T14:36:00')).toBe('10 月 12 日 14:36')
    expect(simWeekday(simMillis('2026-10-12T14:36:00'))).toBe('周一')
  })
})

describe('paceAt', () => {
  it('asks more often while a fast clock runs', () => {
    expect(paceAt('running', 1440)).toBe(5_000)
    expect(paceAt('running', 24)).toBe(15_000)
    expect(paceAt('paused', 1440)).toBe(15_000)
  })
})
