/** Typing a PIN, and the way from it to being signed in. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { formatCode, formatPin, isWholePin } from '@/claim/pin'
import { useClaim } from '@/claim/useClaim'
import { useSessionStore } from '@/session/store'

const FOUND = { class_name: '筹备班', class_state: 'planned', seat_number: 7, masked_name: '李*桐', login: null, suggested_login: 'ab12cd-07' }
const SESSION = { csrf_token: 'x', account: { id: '1', login: 'ab12cd-07', display_name: '李雨桐' }, role: 'learner', seat: { id: '2', number: 7, display_name: '李雨桐' }, cohort: { id: '3', name: '筹备班', state: 'planned' }, sandbox: null, clock: null, capabilities: [] }

describe('a typed PIN', () => {
  it.each([['07', '07'], ['074', '07-4'], ['07483920', '07-483920'], ['07-483920', '07-483920'], ['7-4', '07-4'], ['０７４８', '07-48'], ['07 48 39 20 1', '07-483920'], ['ab', '']])('%s becomes %s', (typed, shown) => {
    expect(formatPin(typed)).toBe(shown)
  })

  it('is whole with all eight digits only', () => {
    expect(isWholePin('07-483920')).toBe(true)
    expect(isWholePin('07-48392')).toBe(false)
  })
})

it('a class code loses blanks, dashes and small letters', () => {
  expect(formatCode(' ab1 2-cd')).toBe('AB12CD')
})

describe('claiming', () => {
  let answers: Response[]
  let bodies: unknown[]

  beforeEach(() => {
    setActivePinia(createPinia())
    answers = []
    bodies = []
    vi.stubGlobal('fetch', async (request: Request) => {
      bodies.push(await request.clone().json())
      return answers.shift() ?? Response.error()
    })
  })

  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('asks first, then sends what was chosen and is signed in', async () => {
    const done = vi.fn()
    const page = useClaim('ab12cd', done)
    page.typePin('07483920')
    answers.push(Response.json(FOUND))
    await page.look()
    expect(page.login.value).toBe('ab12cd-07')
    page.password.value = 'an honest word'
    answers.push(Response.json(SESSION, { status: 201 }))
    await page.claim()
    expect(bodies).toEqual([
      { class_code: 'AB12CD', pin: '07-483920' },
      { class_code: 'AB12CD', pin: '07-483920', login: 'ab12cd-07', password: 'an honest word' },
    ])
    expect(done).toHaveBeenCalledOnce()
    expect(useSessionStore().homePath).toBe('/lobby')
  })

  it('brings the account of an earlier class without naming it again', async () => {
    const page = useClaim('AB12CD', vi.fn())
    page.typePin('07483920')
    answers.push(Response.json({ ...FOUND, login: 'old-one' }))
    await page.look()
    page.password.value = 'my old word'
    answers.push(Response.json(SESSION, { status: 201 }))
    await page.claim()
    expect(bodies[1]).toMatchObject({ login: null })
  })

  it('keeps what was typed when it is refused, and says why beside the field', async () => {
    const done = vi.fn()
    const page = useClaim('AB12CD', done)
    page.typePin('07483920')
    answers.push(Response.json(FOUND))
    await page.look()
    page.password.value = 'an honest word'
    answers.push(Response.json({ code: 'kernel.request.invalid', title: '有几处要改', errors: [{ pointer: '/login', code: 'x', message: '已被用了' }] }, { status: 422 }))
    await page.claim()
    expect(page.wrong.value).toEqual({ login: '已被用了' })
    expect([page.password.value, page.pin.value]).toEqual(['an honest word', '07-483920'])
    expect(done).not.toHaveBeenCalled()
  })

  it('sends nothing before the PIN is whole', async () => {
    const page = useClaim('AB12CD', vi.fn())
    page.typePin('0748')
    await page.look()
    expect(bodies).toEqual([])
  })
})
