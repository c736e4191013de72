import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import type { SessionView } from '@/api/types'
import { isFinal, isTold, wayOf } from '@/session/endingRules'
import { useSessionStore } from '@/session/store'

const refusal = (code: string): Problem => new Problem(401, { code, title: code })
const person = { clock: null, csrf_token: 'x' } as SessionView

beforeEach(() => {
  setActivePinia(createPinia())
})

describe('a session that ended', () => {
  it('leads back to the claim only where a claim was undone', () => {
    expect(wayOf('kernel.identity.ended_claim_undone')).toBe('/claim')
    expect(wayOf('kernel.identity.ended_seat_withdrawn')).toBe('/login')
    expect(isFinal('kernel.identity.ended_password_reset')).toBe(false)
    expect(isTold('kernel.identity.not_signed_in')).toBe(false)
  })

  it('is over for good without a seat, and asks for the password after a reset', () => {
    const session = useSessionStore()
    session.accept(person)
    session.expire(refusal('kernel.identity.ended_password_reset'))
    expect([session.expired, session.isOver, session.ending?.message]).toEqual([true, false, 'kernel.identity.ended_password_reset'])
    session.accept(person)
    expect([session.expired, session.ending]).toEqual([false, null])
    session.expire(refusal('kernel.identity.ended_claim_undone'))
    expect(session.isOver).toBe(true)
  })

  it('gives no reason when it was only too old, and is nothing to somebody not signed in', () => {
    const session = useSessionStore()
    session.expire(refusal('kernel.identity.ended_claim_undone'))
    expect([session.expired, session.ending]).toEqual([false, null])
    session.accept(person)
    session.expire(refusal('kernel.identity.not_signed_in'))
    expect([session.expired, session.ending]).toEqual([true, null])
  })
})
