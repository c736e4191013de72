/** Server state of registering and keeping a store. Keys start with `desk`: a pushed badge makes all of it stale at once. */
import { useQuery } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import * as shops from '@/api/shops'

export const useRegistration = () => reactive(useQuery({ queryKey: ['desk', 'registration'], queryFn: shops.showRegistration }))
export const useEntry = () => reactive(useQuery({ queryKey: ['desk', 'entry'], queryFn: shops.showEntry }))
export const useInvitations = () => reactive(useQuery({ queryKey: ['desk', 'invitations'], queryFn: shops.listInvitations }))
export const useMembers = () => reactive(useQuery({ queryKey: ['desk', 'members'], queryFn: shops.listMembers }))
export const useTemplates = () => reactive(useQuery({ queryKey: ['desk', 'templates'], queryFn: shops.listTemplates }))

export function useTemplate(id: MaybeRefOrGetter<string | undefined>) {
  return reactive(
    useQuery({
      queryKey: ['desk', 'template', computed(() => toValue(id))],
      queryFn: () => shops.showTemplate(toValue(id) ?? ''),
      enabled: computed(() => toValue(id) !== undefined),
      // The editor holds what is being typed; a refetch must not pull it from under the fingers.
      refetchOnWindowFocus: false,
    }),
  )
}

