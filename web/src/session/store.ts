import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { useCsrfToken } from '@/api/client'
import { Problem } from '@/api/problem'
import { stopViewing, viewedSeat } from '@/api/viewing'
import { choosePlace } from '@/api/account'
import { createSession, deleteSession, showSession } from '@/api/session'
import type { SessionView } from '@/api/types'
import { useClockStore } from '@/clock/store'
import { isFinal, isTold } from './endingRules'

const HOMES: Record<string, string> = { learner: '/shop', lecturer: '/teach', operator: '/office', institution: '/office', officer: '/office' }

/** Where somebody begins; whoever holds no place with pages of its own chooses one. */
function homeOf(role: string | undefined): string {
  return HOMES[role ?? ''] ?? '/places'
}

/** Who is signed in, in which sandbox. `expired` keeps the page (and what was typed) while asking to sign in again. */
export const useSessionStore = defineStore('session', () => {
  const clock = useClockStore()
  const session = shallowRef<SessionView | null>(null)
  const expired = ref(false)
  /** Why the session ended before its time, where the server knows. */
  const ending = shallowRef<Problem | null>(null)
  const asked = ref(false)

  function accept(next: SessionView): void {
    session.value = next
    expired.value = false
    ending.value = null
    asked.value = true
    useCsrfToken(next.csrf_token)
    if (next.clock !== null) clock.accept(next.clock)
  }

  /** Asks the server once per page load; false when nobody is signed in. */
  async function resume(): Promise<boolean> {
    if (asked.value) return session.value !== null
    try {
      accept(await showSession())
    } catch (error) {
      if (error instanceof Problem && error.status === 404 && viewedSeat() !== null) return resumeAsMyself()
      if (!(error instanceof Problem) || error.status !== 401) throw error
      asked.value = true
      if (isTold(error.code)) ending.value = error
    }
    return session.value !== null
  }

  /** The seat this tab looked at has gone, or belongs to a class the lecturer is no longer in. */
  async function resumeAsMyself(): Promise<boolean> {
    stopViewing()
    return resume()
  }

  async function refresh(): Promise<void> {
    accept(await showSession())
  }

  /** Moves this browser into another of the person's classes or roles. */
  async function goTo(kind: 'class' | 'role', id: string): Promise<void> {
    clock.forget()
    accept(await choosePlace(kind, id))
  }

  async function signIn(login: string, password: string): Promise<SessionView> {
    const next = await createSession(login, password)
    accept(next)
    return next
  }

  async function signOut(): Promise<void> {
    await deleteSession()
    session.value = null
    clock.forget()
    useCsrfToken('')
  }

  function expire(why: Problem): void {
    if (session.value === null) return
    expired.value = true
    if (isTold(why.code)) ending.value ??= why
  }

  /** A lecturer sees this learner's pages; the account is still his own. */
  const viewed = computed(() => (viewedSeat() === null ? null : (session.value?.seat ?? null)))
  const displayName = computed(() => viewed.value?.display_name ?? session.value?.account.display_name ?? '')
  const isLecturer = computed(() => session.value?.role === 'lecturer')
  const mustChange = computed(() => session.value?.must_change_password === true)
  /** A learner whose class has not opened waits. */
  const waits = computed(() => session.value?.role === 'learner' && session.value.sandbox === null)
  const homePath = computed(() => {
    if (mustChange.value) return '/password'
    return waits.value ? '/lobby' : homeOf(session.value?.role)
  })
  /** Nothing on the page can be gone on with, by whatever password. */
  const isOver = computed(() => expired.value && ending.value !== null && isFinal(ending.value.code))
  const can = (capability: string): boolean => session.value?.capabilities.includes(capability) === true

  return { session, expired, ending, isOver, viewed, displayName, isLecturer, mustChange, waits, homePath, can, accept, resume, refresh, goTo, signIn, signOut, expire }
})
