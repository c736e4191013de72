/** Binds the one connection to the clock store and the badges query for as long as a shell is shown. */
import { useQueryClient, type Query } from '@tanstack/vue-query'
import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, watch } from 'vue'
import { Problem } from '@/api/problem'
import { createTicket } from '@/api/session'
import { viewedSeat } from '@/api/viewing'
import type { BadgesView, ClockView, Notices } from '@/api/types'
import { useClockStore } from '@/clock/store'
import { NOTICES_KEY } from '@/notices/noticeRules'
import { BADGES_KEY } from '@/session/badges'
import { useSessionStore } from '@/session/store'
import { NotAdmitted, RealtimeConnection, type ConnectionState, type Socket } from './connection'

/** A preview of the jump that has just landed would be refused: its target is the past now. */
const isNotPreview = (query: Query): boolean => query.queryKey[0] !== 'jump-preview'

/** A lecturer on a learner's pages has no socket, or the learner would seem to be there: the pages ask again instead. */
const VIEW_REFRESH_MS = 5000

async function openSocket(onSignedOut: (why: Problem) => void): Promise<Socket> {
  const ticket = await createTicket().catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    onSignedOut(error)
    throw new NotAdmitted()
  })
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return new WebSocket(`${scheme}://${location.host}/ws/v1?ticket=${encodeURIComponent(ticket)}`) as unknown as Socket
}

/** Server state that may have changed when the small numbers have. */
const TOLD_BY_BADGES: ReadonlySet<unknown> = new Set(['trades', 'desk', 'cart', 'wallet'])

export const useRealtime = createSharedComposable(() => {
  const clock = useClockStore()
  const session = useSessionStore()
  const queries = useQueryClient()
  const state = ref<ConnectionState>('idle')
  const attempt = ref(0)
  const connection = new RealtimeConnection({
    open: () => openSocket(session.expire),
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
    void queries.invalidateQueries({ predicate: (query) => TOLD_BY_BADGES.has(query.queryKey[0]) })
  })
  connection.subscribe('notices', (data) => {
    queries.setQueryData<Notices>(NOTICES_KEY, data as Notices)
  })
  if (viewedSeat() === null) {
    connection.start()
    watch(() => session.expired, (expired) => { if (!expired) connection.start() })
  } else
    useIntervalFn(() => {
      // What cannot be reached shows on the page by its own queries; the clock simply stands until the next answer.
      session.refresh().catch(() => undefined)
      void queries.invalidateQueries({ predicate: isNotPreview })
    }, VIEW_REFRESH_MS)
  onScopeDispose(() => {
    connection.stop()
  })
  return { state, attempt }
})
