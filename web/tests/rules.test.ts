import { describe, expect, it } from 'vitest'
import type { TradeStep } from '@/api/types'
import { Problem, fieldMessages } from '@/api/problem'
import { marginOf } from '@/desk/editor/form'
import { layoutHops } from '@/parts/hopLayout'
import { drawingName, drawings, drawingUrl, scenes, schemes } from '@/pictures/catalogue'

const step = (code: string, lane: string, done: boolean): TradeStep => ({ code, lane, done, sim_at: null, expected: false })

describe('margin', () => {
  it('takes cost and five percent commission off the price', () => {
    expect(marginOf(5900, 3100)).toEqual({ fen: 2505, percent: 42.5 })
    expect(marginOf(3000, 3000)?.fen).toBe(-150)
  })
  it('says nothing without a cost', () => {
    expect(marginOf(5900, null)).toBeNull()
  })
})

describe('hops', () => {
  it('stands each step on its lane and marks the next one', () => {
    const { hops, links } = layoutHops([step('a', 'mall', true), step('b', 'money', true), step('c', 'parcel', false), step('d', 'mall', false)], 1000)
    expect(hops.map((hop) => hop.state)).toEqual(['done', 'done', 'next', 'ahead'])
    expect(hops.map((hop) => hop.y)).toEqual([34, 190, 112, 34])
    expect(links.map((link) => link.done)).toEqual([true, false, false])
  })
})

describe('problems', () => {
  it('goes to the field that the pointer names', () => {
    const problem = new Problem(422, { errors: [{ pointer: '/body/title', code: 'x', message: '标题太长' }, { pointer: '/price_fen', code: 'x', message: '太小' }] })
    expect(fieldMessages(problem)).toEqual({ title: '标题太长', price_fen: '太小' })
  })
  it('survives a body that is none of ours', () => {
    const problem = new Problem(502, {})
    expect(problem.code).toBe('http.502')
    expect(problem.isTransient).toBe(true)
  })
})

describe('catalogue', () => {
  it('has an address for each object, in each colour and scene', () => {
    for (const drawing of drawings) {
      expect(drawingUrl(drawing.key)).toMatch(/^\/api\/v1\/mall\/drawings\?key=[a-z]+&edition=[0-9a-f]{12}$/)
      for (const scheme of schemes) for (const scene of scenes) expect(drawingUrl(`${drawing.key}.${scheme.key}.${scene.key}`)).not.toBeNull()
    }
    expect(new Set(drawings.map((drawing) => drawing.key)).size).toBe(drawings.length)
  })
  it('has no address for what it cannot draw', () => {
    for (const key of ['', 'dragon', 'tea.', 'tea.plaid', 'tea.green.moon', 'tea.green.table.more']) expect(drawingUrl(key)).toBeNull()
  })
  it('names the object, whatever its colours', () => {
    expect(drawingName('tea.green.table')).toBe('绿茶')
    expect(drawingName('dragon')).toBe('')
  })
})
