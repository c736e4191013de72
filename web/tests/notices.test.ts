import { describe, expect, it } from 'vitest'
import { closedIn, isNotice, lengthOf, remembered, unread } from '@/notices/noticeRules'

const notice = (id: string) => ({ id, author: '林老师', text: id, at: '2026-11-24T00:00:00Z', withdrawn_at: null })

describe('notices', () => {
  it('shows the newest that was not put away', () => {
    expect(unread([notice('c'), notice('b'), notice('a')], ['c', 'a']).map(({ id }) => id)).toEqual(['b'])
  })

  it('remembers what was put away once, the newest hundred', () => {
    const many = Array.from({ length: 100 }, (_, n) => `old-${String(n)}`)
    const kept = remembered(many, ['new', 'old-0'])
    expect(kept).toHaveLength(100)
    expect(kept.slice(0, 3)).toEqual(['new', 'old-0', 'old-1'])
  })

  it('survives whatever stood in the browser', () => {
    expect(closedIn('x')).toEqual([])
    expect(closedIn(null)).toEqual([])
    expect(closedIn(['a', 3])).toEqual(['a'])
  })

  it('counts characters as the server does', () => {
    expect(lengthOf(' 集合🙂 ')).toBe(3)
    expect(isNotice('  ')).toBe(false)
    expect(isNotice('好'.repeat(300))).toBe(true)
    expect(isNotice('好'.repeat(301))).toBe(false)
  })
})
