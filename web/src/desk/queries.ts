/** The seller's server state. Every key starts with `desk`, so that a pushed badge makes all of it stale at once. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import * as desk from '@/api/desk'
import { listCategories } from '@/api/market'
import type { TradeTab } from '@/api/types'
import { useRefreshPace } from '@/clock/refreshPace'
import { BADGES_KEY, useBadges } from '@/session/badges'

export const PAGE_SIZE = 20

/** Whether there is a store stands in the badges; null until they are there. Who has none is not asked for it. */
export function useHasShop() {
  const badges = useBadges()
  return computed(() => (badges.data.value === undefined ? null : badges.data.value.seller !== null))
}

export function useOwnShop() {
  const hasShop = useHasShop()
  return reactive(useQuery({ queryKey: ['desk', 'shop'], queryFn: desk.showOwnShop, enabled: () => hasShop.value === true }))
}

export const useLastReset = () => reactive(useQuery({ queryKey: ['desk', 'last-reset'], queryFn: desk.showLastReset }))
export function useHome() {
  const hasShop = useHasShop()
  return reactive(useQuery({ queryKey: ['desk', 'home'], queryFn: desk.showHome, refetchInterval: 20_000, enabled: () => hasShop.value === true }))
}

export const useCategoryList = () => reactive(useQuery({ queryKey: ['categories'], queryFn: listCategories, staleTime: Infinity }))
export const useCarriers = (enabled: MaybeRefOrGetter<boolean>) =>
  reactive(useQuery({ queryKey: ['carriers'], queryFn: desk.listCarriers, staleTime: Infinity, enabled: computed(() => toValue(enabled)) }))

export interface ProductFilter {
  state: desk.ProductTab | 'all'
  q: string
  sort: desk.DeskSort
  page: number
}

export function useOwnProducts(filter: MaybeRefOrGetter<ProductFilter>) {
  return reactive(
    useQuery({
      queryKey: ['desk', 'products', computed(() => toValue(filter))],
      queryFn: () => {
        const { state, q, sort, page } = toValue(filter)
        return desk.listOwnProducts({ page, size: PAGE_SIZE, sort, ...(q === '' ? {} : { q }), ...(state === 'all' ? {} : { state }) })
      },
      placeholderData: keepPreviousData,
    }),
  )
}

/** What the editor asks for goods of a category. */
export function useLeaf(code: MaybeRefOrGetter<string>) {
  return reactive(
    useQuery({
      queryKey: ['leaf', computed(() => toValue(code))],
      queryFn: () => desk.showLeaf(toValue(code)),
      enabled: computed(() => toValue(code) !== ''),
      staleTime: Infinity,
    }),
  )
}

export function useOwnProduct(id: MaybeRefOrGetter<string | undefined>) {
  return reactive(
    useQuery({
      queryKey: ['desk', 'product', computed(() => toValue(id))],
      queryFn: () => desk.showOwnProduct(toValue(id) ?? ''),
      enabled: computed(() => toValue(id) !== undefined),
      // The editor holds what is being typed; a refetch must not pull it from under the fingers.
      refetchOnWindowFocus: false,
    }),
  )
}

export function useStockLedger(skuId: MaybeRefOrGetter<string | null>) {
  return reactive(
    useQuery({
      queryKey: ['desk', 'ledger', computed(() => toValue(skuId))],
      queryFn: () => desk.showStockLedger(toValue(skuId) ?? ''),
      enabled: computed(() => toValue(skuId) !== null),
    }),
  )
}

export function useOwnTrades(tab: MaybeRefOrGetter<TradeTab | 'all'>, page: MaybeRefOrGetter<number>, filter: MaybeRefOrGetter<Omit<desk.OwnTradesQuery, 'state' | 'page' | 'size'>> = {}) {
  return reactive(
    useQuery({
      queryKey: ['desk', 'trades', computed(() => toValue(tab)), computed(() => toValue(page)), computed(() => toValue(filter))],
      queryFn: () => {
        const state = toValue(tab)
        return desk.listOwnTrades({ ...toValue(filter), page: toValue(page), size: PAGE_SIZE, ...(state === 'all' ? {} : { state }) })
      },
      placeholderData: keepPreviousData,
    }),
  )
}

export function useOwnTrade(id: MaybeRefOrGetter<string>) {
  return reactive(
    useQuery({ queryKey: ['desk', 'trade', computed(() => toValue(id))], queryFn: () => desk.showOwnTrade(toValue(id)), refetchInterval: useRefreshPace() }),
  )
}

export function useDeskStale() {
  const queries = useQueryClient()
  return (): void => {
    for (const queryKey of [['desk'], ['products'], ['product'], ['shop'], ['wallet'], BADGES_KEY]) void queries.invalidateQueries({ queryKey })
  }
}
