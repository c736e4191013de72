/** Classes, timetable and presence: what a lecturer asks of the class itself. */
import { call, client, intent } from './client'
import type { ClassChange, ClassCreate, PeriodChange, TimetableMake } from './types'

const at = (cohort_id: string) => ({ params: { path: { cohort_id } } })

export const listClasses = () => call(client.GET('/api/v1/classroom/classes'))
export const showClass = (cohort_id: string) => call(client.GET('/api/v1/classroom/classes/{cohort_id}', at(cohort_id)))
export const createClass = (body: ClassCreate, key: string) =>
  call(client.POST('/api/v1/classroom/classes', { body, params: { header: intent(key) } }))
export const changeClass = (cohort_id: string, body: ClassChange) =>
  call(client.PATCH('/api/v1/classroom/classes/{cohort_id}', { ...at(cohort_id), body }))
export const openClass = (cohort_id: string) => call(client.POST('/api/v1/classroom/classes/{cohort_id}/open', at(cohort_id)))
export const closeClass = (cohort_id: string) => call(client.POST('/api/v1/classroom/classes/{cohort_id}/close', at(cohort_id)))
export const addLecturer = (cohort_id: string, login: string) =>
  call(client.POST('/api/v1/classroom/classes/{cohort_id}/lecturers', { ...at(cohort_id), body: { login } }))
export const removeLecturer = (cohort_id: string, account_id: string) =>
  call(client.DELETE('/api/v1/classroom/classes/{cohort_id}/lecturers/{account_id}', { params: { path: { cohort_id, account_id } } }))

export const listTemplates = () => call(client.GET('/api/v1/classroom/timetable-templates'))
export const showTimetable = (cohort_id: string) => call(client.GET('/api/v1/classroom/classes/{cohort_id}/periods', at(cohort_id)))
export const makeTimetable = (cohort_id: string, body: TimetableMake) =>
  call(client.PUT('/api/v1/classroom/classes/{cohort_id}/periods', { ...at(cohort_id), body }))
export const changePeriod = (cohort_id: string, period_id: string, body: PeriodChange) =>
  call(client.PUT('/api/v1/classroom/classes/{cohort_id}/periods/{period_id}', { params: { path: { cohort_id, period_id } }, body }))
export const shiftDay = (cohort_id: string, from_date: string, to_date: string) =>
  call(client.POST('/api/v1/classroom/classes/{cohort_id}/periods/shift-day', { ...at(cohort_id), body: { from_date, to_date } }))
export const showCurrentPeriod = (cohort_id: string) => call(client.GET('/api/v1/classroom/classes/{cohort_id}/periods/current', at(cohort_id)))

export const listPresence = () => call(client.GET('/api/v1/classroom/presence'))
