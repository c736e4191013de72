/** The buyer's own last searches. They stay in this browser; on a shared PC they go with the person who signs out. */
import { useLocalStorage } from '@vueuse/core'
import { computed } from 'vue'
import { useSessionStore } from '@/session/store'

const KEPT = 8

export const withWord = (words: readonly string[], word: string): string[] => [word, ...words.filter((known) => known !== word)].slice(0, KEPT)

export function useRecentSearches() {
  const session = useSessionStore()
  const stored = useLocalStorage<Record<string, string[]>>('kd-recent-searches', {})
  const words = computed(() => stored.value[session.displayName] ?? [])
  return {
    words,
    // One person at a time: the next one at this browser does not see the last one's words.
    remember(word: string): void { stored.value = { [session.displayName]: withWord(words.value, word) } },
    forget(): void { stored.value = {} },
  }
}
