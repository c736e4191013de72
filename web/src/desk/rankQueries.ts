/** Server state of a product's place in a search. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import { explainRank } from '@/api/search'

export function useRank(id: MaybeRefOrGetter<string>, q: MaybeRefOrGetter<string>) {
  return reactive(
    useQuery({
      queryKey: ['desk', 'rank', computed(() => toValue(id)), computed(() => toValue(q))],
      queryFn: () => explainRank(toValue(id), toValue(q)),
      enabled: computed(() => toValue(q) !== ''),
      placeholderData: keepPreviousData,
    }),
  )
}
