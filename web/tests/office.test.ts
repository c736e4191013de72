import { describe, expect, it } from 'vitest'
import { realText, waitText } from '@/format/realtime'
import { freshChoice, grantOf, homeOfOffice, isComplete, rolesGivenBy } from '@/office/roles'

describe('roles', () => {
  it('offers an institution its own two only', () => {
    expect(rolesGivenBy('institution')).toEqual(['lecturer', 'institution'])
    expect(rolesGivenBy('officer')).toEqual([])
  })

  it('asks the operator for the institution, its own staff not', () => {
    expect(isComplete(freshChoice(), 'operator')).toBe(false)
    expect(isComplete(freshChoice(), 'institution')).toBe(true)
    expect(isComplete({ ...freshChoice(), institution_id: 'x' }, 'operator')).toBe(true)
  })

  it('asks for an officer’s region, for a scorer nothing', () => {
    expect(isComplete({ ...freshChoice(), role: 'officer' }, 'operator')).toBe(false)
    expect(isComplete({ ...freshChoice(), role: 'officer', region_code: '610000' }, 'operator')).toBe(true)
    expect(isComplete({ ...freshChoice(), role: 'scorer' }, 'operator')).toBe(true)
  })

  it('sends only what the role needs', () => {
    const choice = { role: 'officer' as const, institution_id: 'x', region_code: '610000' }
    expect(grantOf(choice)).toEqual({ role: 'officer', institution_id: null, region_code: '610000' })
    expect(grantOf({ ...choice, role: 'lecturer' })).toEqual({ role: 'lecturer', institution_id: 'x', region_code: null })
  })
})

describe('real time', () => {
  it('leaves this year out', () => {
    const now = new Date(2026, 10, 23)
    expect(realText(new Date(2026, 9, 5, 9, 7).toISOString(), now)).toBe('10 月 5 日 09:07')
    expect(realText(new Date(2025, 9, 5, 9, 7).toISOString(), now)).toBe('2025 年 10 月 5 日 09:07')
  })

  it('counts a wait in minutes and seconds', () => {
    expect([waitText(45), waitText(60), waitText(125)]).toEqual(['45 秒', '1 分 00 秒', '2 分 05 秒'])
  })
})

describe('homeOfOffice', () => {
  const holding = (...held: string[]) => (capability: string): boolean => held.includes(capability)

  it('begins where a class can be made, for whoever can make one', () => {
    expect(homeOfOffice(holding('classroom.open', 'identity.oversee'))).toBe('office-manage')
    expect(homeOfOffice(holding('identity.oversee'))).toBe('office-classes')
    expect(homeOfOffice(holding('identity.manage_institutions'))).toBe('office-institutions')
  })
})
