import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { SessionView } from '@/api/types'
import { newKey } from '@/forms/idempotency'
import { useSubmit } from '@/forms/useSubmit'
import { useSessionStore } from '@/session/store'

const busy = new Problem(503, { code: 'kernel.busy' }, 4)

beforeEach(() => {
  setActivePinia(createPinia())
})

describe('useSubmit', () => {
  it('sends a retry of the same intention under the same key', async () => {
    const keys: string[] = []
    const send = vi.fn(async (key: string, amount: number) => {
      keys.push(key)
      if (keys.length === 1) throw busy
      return amount
    })
    const { submit, problem } = useSubmit(send)
    expect(await submit(5)).toBeNull()
    expect(problem.value?.status).toBe(503)
    expect(await submit(5)).toBe(5)
    expect(keys[0]).toBe(keys[1])
    expect(problem.value).toBeNull()
  })

  it('takes a fresh key for another body and after success', async () => {
    const keys: string[] = []
    const { submit } = useSubmit(async (key: string, amount: number) => {
      keys.push(key)
      return amount
    })
    await submit(1)
    await submit(1)
    await submit(2)
    expect(new Set(keys).size).toBe(3)
  })

  it('does not send twice at once', async () => {
    let finish: (value: string) => void = () => undefined
    const send = vi.fn(() => new Promise<string>((resolve) => { finish = resolve }))
    const { submit, pending } = useSubmit(send)
    const first = submit()
    expect(pending.value).toBe(true)
    expect(await submit()).toBeNull()
    finish('once')
    expect(await first).toBe('once')
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('lets what is no refusal of the server pass on', async () => {
    const { submit, pending } = useSubmit(async () => {
      throw new TypeError('ours')
    })
    await expect(submit()).rejects.toThrow('ours')
    expect(pending.value).toBe(false)
  })

  it('asks to sign in again once; then a wrong password is told', async () => {
    const session = useSessionStore()
    session.session = {} as SessionView
    const { submit, problem } = useSubmit(async () => {
      throw new Problem(401, { title: '账号或密码不对' })
    })
    await submit()
    expect(session.expired).toBe(true)
    expect(problem.value).toBeNull()
    await submit()
    expect(problem.value?.message).toBe('账号或密码不对')
  })
})

describe('newKey', () => {
  it('needs no secure context', () => {
    expect(newKey()).toMatch(/^[0-9a-f]{32}$/)
    expect(newKey()).not.toBe(newKey())
  })
})
