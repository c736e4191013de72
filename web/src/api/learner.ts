/** One learner as his lecturer sees him, and what lecturers did in the class. */
import { call, client } from './client'

export const showLearner = (seat_id: string) => call(client.GET('/api/v1/mall/seats/{seat_id}', { params: { path: { seat_id } } }))
export const listInterventions = (cohort_id: string) => call(client.GET('/api/v1/classroom/classes/{cohort_id}/interventions', { params: { path: { cohort_id } } }))
