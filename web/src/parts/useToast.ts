import { createGlobalState } from '@vueuse/core'
import { ref } from 'vue'

const SHOWN_MS = 3200

export const useToast = createGlobalState(() => {
  const text = ref('')
  let timer: number | undefined

  function say(next: string): void {
    text.value = next
    window.clearTimeout(timer)
    timer = window.setTimeout(() => {
      text.value = ''
    }, SHOWN_MS)
  }

  return { text, say }
})
