/** Server state of finding goods. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { refDebounced } from '@vueuse/core'
import { computed, reactive, type Ref } from 'vue'
import * as search from '@/api/search'

const PAUSE_MS = 180
const MINUTE_MS = 60_000

/** Suggestions for what is being typed, asked for when the typing pauses. */
export function useSuggestions(typed: Ref<string>, active: Ref<boolean>) {
  const settled = refDebounced(computed(() => typed.value.trim()), PAUSE_MS)
  return reactive(
    useQuery({
      queryKey: ['suggestions', settled],
      queryFn: () => search.suggest(settled.value),
      enabled: computed(() => active.value && settled.value !== ''),
      placeholderData: keepPreviousData,
      staleTime: MINUTE_MS,
    }),
  )
}

export const useNewShops = () => reactive(useQuery({ queryKey: ['new-shops'], queryFn: search.listNewShops, staleTime: MINUTE_MS }))
