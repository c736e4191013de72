/** The lecturer's list of his class, read again every few seconds while claims come in. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import * as seats from '@/api/seats'
import { useSessionStore } from '@/session/store'

const CLAIMS_MS = 3000

export function useCohortId() {
  const session = useSessionStore()
  return computed(() => session.session?.cohort?.id ?? '')
}

export function useSeats() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['seats', cohort], queryFn: () => seats.listSeats(cohort.value), enabled: () => cohort.value !== '', refetchInterval: CLAIMS_MS }))
}

export function useRequests() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['requests', cohort], queryFn: () => seats.listRequests(cohort.value), enabled: () => cohort.value !== '', refetchInterval: CLAIMS_MS }))
}

/** PINs leave the page with it: nothing is kept in the cache. */
export function useSlips() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['pin-slips', cohort], queryFn: () => seats.printSlips(cohort.value), enabled: () => cohort.value !== '', gcTime: 0, staleTime: Infinity }))
}

export function useSeatsStale() {
  const queries = useQueryClient()
  return (): void => {
    void queries.invalidateQueries({ queryKey: ['seats'] })
    void queries.invalidateQueries({ queryKey: ['requests'] })
  }
}
