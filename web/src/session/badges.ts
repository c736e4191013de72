import { useQuery } from '@tanstack/vue-query'
import { showBadges } from '@/api/market'

export const BADGES_KEY = ['badges'] as const

/** The small numbers beside menu entries; pushed over the socket, fetched once. */
export function useBadges() {
  return useQuery({ queryKey: BADGES_KEY, queryFn: showBadges, staleTime: Infinity })
}
