/** Server state of the class itself: its checklist, timetable, presence. */
import { useQuery } from '@tanstack/vue-query'
import { reactive } from 'vue'
import * as classroom from '@/api/console'
import { useCohortId } from './seatQueries'

const WALL_MS = 5000
const CALM_MS = 15_000
/** The hint beside the clock may be this late; the count itself ticks by the second. */
const PERIOD_MS = 30_000


export function useClass() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['teach', 'class', cohort], queryFn: () => classroom.showClass(cohort.value), enabled: () => cohort.value !== '', refetchInterval: CALM_MS }))
}

export function useTimetable() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['teach', 'timetable', cohort], queryFn: () => classroom.showTimetable(cohort.value), enabled: () => cohort.value !== '' }))
}

export function useCurrentPeriod() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['teach', 'period', cohort], queryFn: () => classroom.showCurrentPeriod(cohort.value), enabled: () => cohort.value !== '', refetchInterval: PERIOD_MS }))
}

export const usePresence = () => reactive(useQuery({ queryKey: ['teach', 'presence'], queryFn: classroom.listPresence, refetchInterval: WALL_MS }))
