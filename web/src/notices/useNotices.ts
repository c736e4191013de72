import { useQuery } from '@tanstack/vue-query'
import { createGlobalState, useLocalStorage } from '@vueuse/core'
import { computed, ref } from 'vue'
import { showNotices } from '@/api/notices'
import { closedIn, NOTICES_KEY, remembered, unread } from './noticeRules'

const LOBBY_MS = 5000
const useClosed = createGlobalState(() => useLocalStorage<unknown>('kd-closed-notices', []))

/** The list opens from the bell in the clock bar and from the banner; the banner shows it. */
const useListed = createGlobalState(() => ref(false))

/** The messages that stand, pushed over the socket; `polls` where there is none, as before the class has opened. */
export function useNotices(polls = false) {
  const closed = useClosed()
  const listed = useListed()
  const query = useQuery({ queryKey: NOTICES_KEY, queryFn: showNotices, staleTime: Infinity, refetchInterval: polls ? LOBBY_MS : false })
  const notices = computed(() => query.data.value?.notices ?? [])
  const open = computed(() => unread(notices.value, closedIn(closed.value)))

  function close(...ids: string[]): void {
    closed.value = remembered(closedIn(closed.value), ids)
  }

  return { query, notices, open, listed, close }
}
