/**
 * One intention of a person: cannot be sent twice at once; a retry after trouble carries the same key, so it acts once; success
 * or a changed intention (`reset`) takes a fresh key.
 */
import { ref, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { VIEW_ONLY_CODE } from '@/api/viewing'
import { useToast } from '@/parts/useToast'
import { useSessionStore } from '@/session/store'
import { newKey } from './idempotency'

export function useSubmit<Args extends unknown[], Result>(send: (key: string, ...args: Args) => Promise<Result>) {
  const session = useSessionStore()
  const { say } = useToast()
  const pending = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let key = newKey()
  let sentArgs = ''

  async function submit(...args: Args): Promise<Result | null> {
    if (pending.value) return null
    const fingerprint = JSON.stringify(args)
    // Another body is another intention: the server refuses a key that changed its body.
    if (fingerprint !== sentArgs) key = newKey()
    sentArgs = fingerprint
    pending.value = true
    problem.value = null
    try {
      const result = await send(key, ...args)
      key = newKey()
      return result
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      // Once the dialog asks to sign in again, its own refusal (a wrong password) has to be seen.
      if (error.status === 401 && session.session !== null && !session.expired) session.expire(error)
      // A lecturer on a learner's page pressed a button out of habit: nothing to mend, so no red note in the form.
      else if (error.code === VIEW_ONLY_CODE) say(error.message)
      else problem.value = error
      return null
    } finally {
      pending.value = false
    }
  }

  function reset(): void {
    problem.value = null
    key = newKey()
  }

  return { pending, problem, submit, reset }
}
