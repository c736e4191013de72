import { describe, expect, it } from 'vitest'
import { countdownText, durationText, roomText, urgency } from '@/format/deadline'

describe('deadline', () => {
  it('says simulated durations in words', () => {
    expect(durationText(86_400 + 4 * 3600)).toBe('1 天 04 时')
    expect(durationText(3 * 3600 + 12 * 60 + 59)).toBe('3 小时 12 分')
    expect(durationText(61)).toBe('1 分')
    expect(durationText(-5)).toBe('不到 1 分')
  })

  it('says what a simulated duration means in the room', () => {
    expect(roomText(3 * 3600 + 12 * 60, 24)).toBe('约 8 分钟')
    expect(roomText(172_740, 24)).toBe('约 2 小时')
    expect(roomText(86_400, 1440)).toBe('约 1 分钟')
    expect(roomText(30, 24)).toBe('不到 1 分钟')
    expect(roomText(5400, 1)).toBe('约 1 小时 30 分')
  })

  it('counts class seconds down without ever passing zero', () => {
    expect(countdownText(899.2)).toBe('15:00')
    expect(countdownText(3723)).toBe('1:02:03')
    expect(countdownText(-1)).toBe('00:00')
  })

  it('changes colour at twenty percent left', () => {
    expect(urgency(181, 900)).toBe('calm')
    expect(urgency(180, 900)).toBe('soon')
    expect(urgency(0, 900)).toBe('over')
  })
})
