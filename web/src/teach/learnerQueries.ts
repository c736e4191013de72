/** Server state of one learner's page and of the record of interventions. */
import { useQuery } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import { listInterventions, showLearner } from '@/api/learner'
import { useCohortId } from './seatQueries'

const REFRESH_MS = 5000
const RECORD_MS = 15_000

export function useLearner(seatId: MaybeRefOrGetter<string>) {
  return reactive(useQuery({ queryKey: ['teach', 'learner', computed(() => toValue(seatId))], queryFn: () => showLearner(toValue(seatId)), refetchInterval: REFRESH_MS }))
}

export function useInterventions() {
  const cohort = useCohortId()
  return reactive(useQuery({ queryKey: ['teach', 'interventions', cohort], queryFn: () => listInterventions(cohort.value), enabled: () => cohort.value !== '', refetchInterval: RECORD_MS }))
}
