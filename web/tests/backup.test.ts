import { describe, expect, it } from 'vitest'
import type { Backups } from '@/api/types'
import { judgeBackups, megabytes } from '@/teach/backupRules'

const good = { began_at: '2026-11-23T02:00:00Z', trigger: 'pause', seconds: 1.2, folder: '/b', name: 'a', size_bytes: 1, error: null } as const
const bad = { ...good, name: null, error: { code: 'app.backup.disk_full', title: '满了', detail: '清理' } }
const view: Backups = { state: 'idle', folder: '/b', same_disk: false, overdue: false, last_good: good, runs: [good], recovery: null }

describe('judgeBackups', () => {
  it('is calm after a good one', () => {
    expect(judgeBackups(view)).toBe('calm')
  })
  it('warns of a failure although an older one is good', () => {
    expect(judgeBackups({ ...view, runs: [bad, good] })).toBe('failed')
  })
  it('warns when the last good one is too old, or there is none', () => {
    expect(judgeBackups({ ...view, overdue: true })).toBe('overdue')
    expect(judgeBackups({ ...view, overdue: true, last_good: null, runs: [] })).toBe('never')
  })
  it('says nothing else while one is on its way', () => {
    expect(judgeBackups({ ...view, state: 'asked', runs: [bad] })).toBe('busy')
  })
})

describe('megabytes', () => {
  it('keeps one digit', () => {
    expect(megabytes(1_572_864)).toBe('1.5')
  })
})
