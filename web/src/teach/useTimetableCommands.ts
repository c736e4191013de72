/** Changing the timetable: each answer is the whole of it, so the page needs no second question. */
import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { changePeriod, makeTimetable, shiftDay } from '@/api/console'
import type { PeriodChange, TimetableMake, TimetableView } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { useCohortId } from './seatQueries'

export function useTimetableCommands() {
  const queries = useQueryClient()
  const cohort = useCohortId()
  const changing = useSubmit((_key, id: string, body: PeriodChange) => changePeriod(cohort.value, id, body))
  const shifting = useSubmit((_key, from: string, to: string) => shiftDay(cohort.value, from, to))
  const making = useSubmit((_key, body: TimetableMake) => makeTimetable(cohort.value, body))
  const all = [changing, shifting, making]

  function took(answer: TimetableView | null): boolean {
    if (answer === null) return false
    queries.setQueryData(['teach', 'timetable', cohort.value], answer)
    for (const key of ['period', 'class', 'classes']) void queries.invalidateQueries({ queryKey: ['teach', key] })
    return true
  }

  return {
    change: async (id: string, body: PeriodChange) => took(await changing.submit(id, body)),
    shift: async (from: string, to: string) => took(await shifting.submit(from, to)),
    make: async (body: TimetableMake) => took(await making.submit(body)),
    pending: computed(() => all.some((one) => one.pending.value)),
    problem: computed(() => all.map((one) => one.problem.value).find((one) => one !== null) ?? null),
  }
}
