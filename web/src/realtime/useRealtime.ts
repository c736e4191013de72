/** Binds the one connection to the clock store and the badges query for as long as a shell is shown. */
import { useQueryClient, type Query } from '@tanstack/vue-query'
import { createSharedComposable } from '@vueuse/core'
import { onScopeDispose, ref } from 'vue'
import { createTicket } from '@/api/session'
import type { BadgesView, ClockView } from '@/api/types'
import { useClockStore } from '@/clock/store'
import { BADGES_KEY } from '@/session/badges'
import { RealtimeConnection, type ConnectionState, type Socket } from './connection'

/** A preview of the jump that has just landed would be refused: its target is the past now. */
const isNotPreview = (query: Query): boolean => query.queryKey[0] !== 'jump-preview'

async function openSocket(): Promise<Socket> {
  const ticket = await createTicket()
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return new WebSocket(`${scheme}://${location.host}/ws/v1?ticket=${encodeURIComponent(ticket)}`) as unknown as Socket
}

export const useRealtime = createSharedComposable(() => {
  const clock = useClockStore()
  const queries = useQueryClient()
  const state = ref<ConnectionState>('idle')
  const attempt = ref(0)
  const connection = new RealtimeConnection({
    open: openSocket,
    later: (run, milliseconds) => window.setTimeout(run, milliseconds),
    onState: (next, count) => {
      // Whatever happened while we were away is fetched again, not guessed.
      if (next === 'open' && attempt.value > 0) void queries.invalidateQueries()
      state.value = next
      attempt.value = count
    },
    onResync: () => { void queries.invalidateQueries({ predicate: isNotPreview }) },
  })
  connection.subscribe('clock', (data) => {
    const wasJumping = clock.state === 'jumping'
    clock.accept(data as ClockView)
    // A jump carries parcels and deadlines along without a message for each: fetch what is on the page.
    if (wasJumping && clock.state !== 'jumping') void queries.invalidateQueries({ predicate: isNotPreview })
  })
  connection.subscribe('badges', (data) => {
    queries.setQueryData<BadgesView>(BADGES_KEY, data as BadgesView)
    void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] === 'trades' || query.queryKey[0] === 'desk' })
  })
  connection.start()
  onScopeDispose(() => {
    connection.stop()
  })
  return { state, attempt }
})
