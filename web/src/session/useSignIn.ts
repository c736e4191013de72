import { computed, onScopeDispose, ref, watch } from 'vue'
import { useSubmit } from '@/forms/useSubmit'
import { useSessionStore } from './store'

/** Name, word and the sending of both; after a refusal for now (locked, too many at once) it counts down the wait. */
export function useSignIn(done: () => void) {
  const session = useSessionStore()
  const login = ref('')
  const password = ref('')
  const secondsLeft = ref(0)
  const { pending, problem, submit } = useSubmit((_key, name: string, word: string) => session.signIn(name, word))
  const isLocked = computed(() => problem.value?.status === 429 && secondsLeft.value > 0)
  let timer: number | undefined

  watch(problem, (refusal) => {
    window.clearInterval(timer)
    secondsLeft.value = refusal?.status === 429 || refusal?.status === 503 ? (refusal.retryAfter ?? 0) : 0
    if (secondsLeft.value > 0) timer = window.setInterval(tick, 1000)
  })
  // Another name has tries of its own.
  watch(login, () => { problem.value = null })
  onScopeDispose(() => { window.clearInterval(timer) })

  function tick(): void {
    secondsLeft.value -= 1
    if (secondsLeft.value > 0) return
    window.clearInterval(timer)
    const wasBusy = problem.value?.status === 503
    problem.value = null
    if (wasBusy) void send()
  }

  async function send(): Promise<void> {
    if (login.value.trim() === '' || password.value === '' || isLocked.value) return
    if ((await submit(login.value.trim(), password.value)) !== null) done()
    else password.value = problem.value?.status === 401 ? '' : password.value
  }

  return { login, password, pending, problem, secondsLeft, isLocked, send }
}
