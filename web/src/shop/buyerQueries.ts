/** Server state of what a buyer keeps, and which commands make it stale. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import * as buyer from '@/api/buyer'
import { BADGES_KEY } from '@/session/badges'
import { useSessionStore } from '@/session/store'

const ADDRESSES_KEY = ['addresses'] as const
const MESSAGES_KEY = ['messages'] as const
const KEPT_KEY = ['kept'] as const

/** A lecturer looks at the mall without buying: what belongs to a buyer is not asked for. */
function useIsBuyer() {
  const session = useSessionStore()
  return computed(() => session.can('mall.buy'))
}

export function usePlaces(within: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({ queryKey: ['places', computed(() => toValue(within))], queryFn: () => buyer.listPlaces(toValue(within)), enabled: computed(() => toValue(enabled)), staleTime: Infinity })
}

export function useAddresses() {
  return reactive(useQuery({ queryKey: ADDRESSES_KEY, queryFn: buyer.listAddresses, staleTime: 0 }))
}

export function useBuyerCounts() {
  return reactive(useQuery({ queryKey: [...KEPT_KEY, 'counts'], queryFn: buyer.showBuyerCounts, enabled: useIsBuyer(), staleTime: 0 }))
}

export function useFavourites() {
  return reactive(useQuery({ queryKey: [...KEPT_KEY, 'favourites'], queryFn: buyer.listFavourites, staleTime: 0 }))
}

export function useFollowedShops() {
  return reactive(useQuery({ queryKey: [...KEPT_KEY, 'shops'], queryFn: buyer.listFollowedShops, staleTime: 0 }))
}

export function useFootprints() {
  return reactive(useQuery({ queryKey: [...KEPT_KEY, 'footprints'], queryFn: buyer.listFootprints, staleTime: 0 }))
}

export function useMessages() {
  return reactive(useQuery({ queryKey: MESSAGES_KEY, queryFn: buyer.listMessages, staleTime: 0 }))
}

export function useProductStanding(id: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: [...KEPT_KEY, 'product', computed(() => toValue(id))], queryFn: () => buyer.showProductStanding(toValue(id)), enabled: useIsBuyer(), staleTime: 0 }))
}

export function useShopStanding(id: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: [...KEPT_KEY, 'shop', computed(() => toValue(id))], queryFn: () => buyer.showShopStanding(toValue(id)), enabled: useIsBuyer(), staleTime: 0 }))
}

/** Marks and follows; each press turns it round and shows the server's answer. */
export function useKeeping() {
  const queries = useQueryClient()
  const settle = (): Promise<void> => queries.invalidateQueries({ queryKey: KEPT_KEY })
  const favourite = useMutation({ mutationFn: (wish: { id: string; on: boolean }): Promise<unknown> => (wish.on ? buyer.markFavourite(wish.id) : buyer.unmarkFavourite(wish.id)), onSettled: settle })
  const follow = useMutation({ mutationFn: (wish: { id: string; on: boolean }): Promise<unknown> => (wish.on ? buyer.followShop(wish.id) : buyer.unfollowShop(wish.id)), onSettled: settle })
  const forget = useMutation({ mutationFn: buyer.forgetFootprints, onSettled: settle })
  return { favourite: reactive(favourite), follow: reactive(follow), forget: reactive(forget) }
}

export function useBuyerStale() {
  const queries = useQueryClient()
  return {
    addresses(): void {
      for (const queryKey of [ADDRESSES_KEY, KEPT_KEY, ['quote']]) void queries.invalidateQueries({ queryKey })
    },
    messages(): void {
      for (const queryKey of [MESSAGES_KEY, KEPT_KEY, BADGES_KEY]) void queries.invalidateQueries({ queryKey })
    },
  }
}
