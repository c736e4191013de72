/** The buyer's server state: one place for keys, so that a command knows what it makes stale. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import * as market from '@/api/market'
import type { CartView, QuoteLineIn, TradeTab } from '@/api/types'
import { useRefreshPace } from '@/clock/refreshPace'
import { BADGES_KEY } from '@/session/badges'
import type { FeedFilter } from './searchAddress'

const CART_KEY = ['cart'] as const

export function useCategories() {
  return reactive(useQuery({ queryKey: ['categories'], queryFn: market.listCategories, staleTime: Infinity }))
}

export function useFeed(filter: MaybeRefOrGetter<FeedFilter>) {
  const query = useInfiniteQuery({
    queryKey: ['products', computed(() => toValue(filter))],
    queryFn: ({ pageParam }) => market.listProducts({ ...toValue(filter), size: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  })
  const first = computed(() => query.data.value?.pages[0])
  return reactive({
    ...query,
    rows: computed(() => query.data.value?.pages.flatMap((page) => page.rows) ?? []),
    match: computed(() => first.value?.match ?? null),
    total: computed(() => first.value?.total ?? null),
  })
}

export function useProduct(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  return reactive(useQuery({ queryKey: ['product', computed(() => toValue(id))], queryFn: () => market.showProduct(toValue(id)), enabled: computed(() => toValue(enabled)) }))
}

export function useShop(id: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: ['shop', computed(() => toValue(id))], queryFn: () => market.showShop(toValue(id)) }))
}

export function useCart() {
  return reactive(useQuery({ queryKey: CART_KEY, queryFn: market.showCart }))
}

/** Without an address the server takes the default one; the old quote stays while another address is asked about. */
export function useQuote(lines: MaybeRefOrGetter<QuoteLineIn[]>, enabled: MaybeRefOrGetter<boolean> = true, addressId: MaybeRefOrGetter<string | null> = null) {
  return reactive(
    useQuery({
      queryKey: ['quote', computed(() => toValue(lines)), computed(() => toValue(addressId))],
      queryFn: () => market.createQuote(toValue(lines), toValue(addressId)),
      enabled: computed(() => toValue(enabled) && toValue(lines).length > 0),
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  )
}

export function usePayOrder(id: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: ['pay-order', computed(() => toValue(id))], queryFn: () => market.showPayOrder(toValue(id)), staleTime: 0 }))
}

export function useTrades(tab: MaybeRefOrGetter<TradeTab | 'all'>, page: MaybeRefOrGetter<number>) {
  return reactive(
    useQuery({
      queryKey: ['trades', 'list', computed(() => toValue(tab)), computed(() => toValue(page))],
      queryFn: () => {
        const state = toValue(tab)
        return market.listTrades({ page: toValue(page), ...(state === 'all' ? {} : { state }) })
      },
    }),
  )
}

export function useTrade(id: MaybeRefOrGetter<string>) {
  return reactive(
    useQuery({ queryKey: ['trades', 'one', computed(() => toValue(id))], queryFn: () => market.showTrade(toValue(id)), refetchInterval: useRefreshPace() }),
  )
}

export function useReceivers(id: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  return reactive(useQuery({ queryKey: ['trades', 'receivers', computed(() => toValue(id))], queryFn: () => market.listReceivers(toValue(id)), enabled: computed(() => toValue(enabled)), staleTime: Infinity }))
}

export function useWallet() {
  return reactive(useQuery({ queryKey: ['wallet'], queryFn: market.showWallet }))
}

/** What a command of the buyer changes on other pages. */
export function useStale() {
  const queries = useQueryClient()
  return {
    cart(next: CartView): void {
      queries.setQueryData(CART_KEY, next)
      void queries.invalidateQueries({ queryKey: BADGES_KEY })
    },
    cartUnknown(): void {
      void queries.invalidateQueries({ queryKey: CART_KEY })
    },
    trade(): void {
      for (const queryKey of [['trades'], CART_KEY, ['wallet'], BADGES_KEY, ['product'], ['pay-order']]) void queries.invalidateQueries({ queryKey })
    },
  }
}
