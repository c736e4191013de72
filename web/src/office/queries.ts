/** The office's server state. */
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import * as office from '@/api/office'

export const useInstitutions = (enabled: MaybeRefOrGetter<boolean> = true) =>
  reactive(useQuery({ queryKey: ['office', 'institutions'], queryFn: office.listInstitutions, enabled: computed(() => toValue(enabled)) }))
export const useOfficeClasses = () => reactive(useQuery({ queryKey: ['office', 'classes'], queryFn: office.listOfficeClasses }))
export const usePeople = (id: MaybeRefOrGetter<string>) =>
  reactive(useQuery({ queryKey: ['office', 'people', computed(() => toValue(id))], queryFn: () => office.listPeople(toValue(id)) }))

export function useAccounts(wanted: MaybeRefOrGetter<string>, page: MaybeRefOrGetter<number>) {
  return reactive(
    useQuery({
      queryKey: ['office', 'accounts', computed(() => toValue(wanted)), computed(() => toValue(page))],
      queryFn: () => office.listAccounts(toValue(wanted), toValue(page)),
      placeholderData: keepPreviousData,
    }),
  )
}
