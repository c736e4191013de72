/** The lecturer's server state. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import { showDeviceRoom } from '@/api/devices'
import * as teach from '@/api/teach'
import { useSessionStore } from '@/session/store'

const REFRESH_MS = 5000
const BACKUP_CALM_MS = 30_000
const BACKUP_BUSY_MS = 2000
/** While machines are being checked somebody stands before them and waits for the green. */
const DEVICES_REFRESH_MS = 3000

/** What belongs to the market is not asked for before the class opens. */
function useHasMarket(): () => boolean {
  const session = useSessionStore()
  return () => session.session?.sandbox != null
}

export function useWall() {
  const session = useSessionStore()
  return reactive(useQuery({ queryKey: ['teach', 'wall'], queryFn: teach.showWall, refetchInterval: REFRESH_MS, enabled: () => session.session?.cohort != null }))
}
export const useNextTimer = () => reactive(useQuery({ queryKey: ['teach', 'next-timer'], queryFn: teach.showNextTimer, refetchInterval: REFRESH_MS, enabled: useHasMarket() }))
export const useParked = () => reactive(useQuery({ queryKey: ['teach', 'parked'], queryFn: teach.listParked, refetchInterval: 15_000, enabled: useHasMarket() }))
export const useOpenRefunds = () => reactive(useQuery({ queryKey: ['teach', 'refunds'], queryFn: teach.listRefunds, staleTime: 0 }))
export const useReconciliation = () => reactive(useQuery({ queryKey: ['teach', 'reconciliation'], queryFn: teach.showReconciliation, staleTime: 0 }))

export const useSnapshots = () => reactive(useQuery({ queryKey: ['teach', 'snapshots'], queryFn: teach.listSnapshots }))
export const useBackups = () =>
  reactive(
    useQuery({
      queryKey: ['teach', 'backups'],
      queryFn: teach.showBackups,
      refetchInterval: (query) => (query.state.data === undefined || query.state.data.state === 'idle' ? BACKUP_CALM_MS : BACKUP_BUSY_MS),
    }),
  )

/** Stores that are closed now and come back with a rollback. */
export function useReturningShops(id: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: ['rollback-preview', computed(() => toValue(id)), 'shops'], queryFn: () => teach.listReturningShops(toValue(id)), staleTime: 0, refetchInterval: REFRESH_MS }))
}

export function useRollbackPreview(id: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: ['rollback-preview', computed(() => toValue(id))], queryFn: () => teach.previewRollback(toValue(id)), staleTime: 0, refetchInterval: REFRESH_MS }))
}

/** The newest device check of each place of a class. */
export function useDeviceRoom(cohortId: MaybeRefOrGetter<string | null>) {
  return reactive(
    useQuery({
      queryKey: ['teach', 'devices', computed(() => toValue(cohortId))],
      queryFn: () => showDeviceRoom(toValue(cohortId) ?? ''),
      enabled: computed(() => toValue(cohortId) !== null),
      refetchInterval: DEVICES_REFRESH_MS,
    }),
  )
}

export function useJumpPreview(target: MaybeRefOrGetter<string | null>) {
  return reactive(
    useQuery({
      // Outside 'teach': after the jump there is nothing left to preview, and asking again would be refused.
      queryKey: ['jump-preview', computed(() => toValue(target))],
      queryFn: () => teach.previewJump(toValue(target) ?? ''),
      enabled: computed(() => toValue(target) !== null),
      staleTime: 0,
    }),
  )
}

export function useTeachStale() {
  const queries = useQueryClient()
  return (): void => {
    void queries.invalidateQueries({ queryKey: ['teach'] })
  }
}
