import { computed, ref, shallowRef } from 'vue'
import { makeClaim, previewClaim } from '@/api/claims'
import { fieldMessages } from '@/api/problem'
import type { ClaimPreviewView } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { useSessionStore } from '@/session/store'
import { formatCode, formatPin, isWholePin } from './pin'

/** From class code and PIN, over “is that you?”, to being signed in. What was typed survives every refusal. */
export function useClaim(startCode: string, done: () => void) {
  const session = useSessionStore()
  const code = ref(formatCode(startCode))
  const pin = ref('')
  const found = shallowRef<ClaimPreviewView | null>(null)
  const login = ref('')
  const password = ref('')
  const looking = useSubmit((_key, classCode: string, typed: string) => previewClaim(classCode, typed))
  const claiming = useSubmit((_key, classCode: string, typed: string, name: string | null, word: string) => makeClaim(classCode, typed, name, word))
  const canLook = computed(() => code.value !== '' && isWholePin(pin.value))
  const brings = computed(() => found.value !== null && found.value.login !== null)
  const canClaim = computed(() => password.value !== '' && (brings.value || login.value.trim() !== ''))
  const wrong = computed(() => fieldMessages(claiming.problem.value))

  function typePin(typed: string): void {
    pin.value = formatPin(typed)
  }

  function typeCode(typed: string): void {
    code.value = formatCode(typed)
  }

  async function look(): Promise<void> {
    if (!canLook.value) return
    const view = await looking.submit(code.value, pin.value)
    if (view === null) return
    found.value = view
    login.value = view.login ?? view.suggested_login
    claiming.reset()
  }

  function back(): void {
    found.value = null
    password.value = ''
    looking.reset()
  }

  async function claim(): Promise<void> {
    if (!canClaim.value) return
    const view = await claiming.submit(code.value, pin.value, brings.value ? null : login.value.trim(), password.value)
    if (view === null) return
    session.accept(view)
    done()
  }

  return { code, pin, found, login, password, brings, canLook, canClaim, wrong, looking, claiming, typePin, typeCode, look, back, claim }
}
