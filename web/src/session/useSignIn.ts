import { ref } from 'vue'
import { useSubmit } from '@/forms/useSubmit'
import { useSessionStore } from './store'

/** Name, word and the sending of both; used by the page and by 会话过期. */
export function useSignIn(done: () => void) {
  const session = useSessionStore()
  const login = ref('')
  const password = ref('')
  const { pending, problem, submit } = useSubmit((_key, name: string, word: string) => session.signIn(name, word))

  async function send(): Promise<void> {
    if (login.value.trim() === '' || password.value === '') return
    if ((await submit(login.value.trim(), password.value)) !== null) done()
    else password.value = problem.value?.status === 401 ? '' : password.value
  }

  return { login, password, pending, problem, send }
}
