/** Server state of classes as a list, for both shells that look after them. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { reactive } from 'vue'
import * as classroom from '@/api/console'

export const useClassList = () => reactive(useQuery({ queryKey: ['teach', 'classes'], queryFn: classroom.listClasses }))
export const useTemplates = () => reactive(useQuery({ queryKey: ['timetable-templates'], queryFn: classroom.listTemplates, staleTime: Infinity }))

export function useClassStale() {
  const queries = useQueryClient()
  return (): void => {
    for (const key of ['teach', 'seats', 'office', 'places']) void queries.invalidateQueries({ queryKey: [key] })
  }
}
