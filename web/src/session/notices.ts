/** The lecturer's messages to the class: pushed to every open page, asked for where there is no socket yet. */
import { useQuery } from '@tanstack/vue-query'
import { useLocalStorage } from '@vueuse/core'
import { computed } from 'vue'
import { showNotices } from '@/api/console'
import type { NoticeView } from '@/api/types'
import { useSessionStore } from './store'

export const NOTICES_KEY = ['notices'] as const
const LOOK_MS = 10_000
/** More than a class ever gets in a week; older ones are withdrawn or forgotten. */
const REMEMBERED = 100

export function standing(notices: readonly NoticeView[], closed: readonly string[]): NoticeView[] {
  return notices.filter((notice) => !closed.includes(notice.id))
}

export function useNotices() {
  const session = useSessionStore()
  const isLearner = computed(() => session.session?.role === 'learner')
  const query = useQuery({
    queryKey: NOTICES_KEY,
    queryFn: showNotices,
    enabled: isLearner,
    staleTime: Infinity,
    // In the class the socket brings them; before its opening, and in a tab that only looks on, the page asks.
    refetchInterval: () => (session.session?.sandbox === null || session.isViewing ? LOOK_MS : false),
  })
  const closed = useLocalStorage<string[]>('kd-notices-closed', [])
  const open = computed(() => standing(query.data.value?.notices ?? [], closed.value))

  function close(id: string): void {
    closed.value = [...closed.value, id].slice(-REMEMBERED)
  }

  return { all: computed(() => query.data.value?.notices ?? []), open, close }
}
