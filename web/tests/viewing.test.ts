// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, client } from '@/api/client'
import { isSeatId, isViewable, stopViewing, viewedSeat, viewSeat } from '@/api/viewing'

const SEAT = '01a20ad9-6d8c-7606-a544-90cf3f02f32e'

describe('looking at a learner’s pages', () => {
  const asked: Request[] = []
  beforeEach(() => {
    asked.length = 0
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(request)
      return Promise.resolve(new Response('{}', { headers: { 'Content-Type': 'application/json' } }))
    })
  })
  afterEach(() => {
    stopViewing()
    vi.unstubAllGlobals()
  })

  it('names the seat on every request until it ends', async () => {
    viewSeat(SEAT)
    await call(client.GET('/api/v1/mall/wall'))
    await call(client.POST('/api/v1/realtime/tickets'))
    stopViewing()
    await call(client.GET('/api/v1/mall/wall'))
    expect(asked.map((request) => request.headers.get('X-View-Seat'))).toEqual([SEAT, SEAT, null])
  })

  it('signs in as oneself', async () => {
    viewSeat(SEAT)
    await call(client.POST('/api/v1/session', { body: { login: 'laoshi', password: 'x' } }))
    expect(asked[0]?.headers.get('X-View-Seat')).toBeNull()
  })

  it('believes only an id', () => {
    sessionStorage.setItem('kd-view-seat', 'a seat')
    expect(viewedSeat()).toBeNull()
    expect(isSeatId(SEAT)).toBe(true)
    expect(isSeatId([SEAT])).toBe(false)
  })

  it('holds for the mall and the desk only', () => {
    expect(['/shop', '/shop/cart', '/desk'].map(isViewable)).toEqual([true, true, true])
    expect(['/', '/shopping', '/teach', '/me', '/lobby'].map(isViewable)).toEqual([false, false, false, false, false])
  })
})
