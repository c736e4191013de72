/** What whoever manages a class may ask of the roster import; without a class it is about the whole institution. */
import { call, client } from './client'

function form(file: File): FormData {
  const body = new FormData()
  body.append('file', file)
  return body
}

/** The generated type describes the part as a string; what travels is the form. */
export function handInRoster(cohort_id: string | null, file: File) {
  const options = { body: { file: '' }, bodySerializer: () => form(file) }
  return cohort_id === null
    ? call(client.POST('/api/v1/classroom/roster-imports', options))
    : call(client.POST('/api/v1/classroom/classes/{cohort_id}/roster-imports', { ...options, params: { path: { cohort_id } } }))
}
export async function listRosters(cohort_id: string | null) {
  const answer = cohort_id === null
    ? await call(client.GET('/api/v1/classroom/roster-imports'))
    : await call(client.GET('/api/v1/classroom/classes/{cohort_id}/roster-imports', { params: { path: { cohort_id } } }))
  return answer.rows
}
export const showRoster = (import_id: string) => call(client.GET('/api/v1/classroom/roster-imports/{import_id}', { params: { path: { import_id } } }))
export const listRosterRows = (import_id: string, query: { only_wrong: boolean; page: number; size: number }) =>
  call(client.GET('/api/v1/classroom/roster-imports/{import_id}/rows', { params: { path: { import_id }, query } }))
export const importRoster = (import_id: string) => call(client.POST('/api/v1/classroom/roster-imports/{import_id}/import', { params: { path: { import_id } } }))
export const undoRoster = (import_id: string) => call(client.POST('/api/v1/classroom/roster-imports/{import_id}/undo', { params: { path: { import_id } } }))

/** Addresses of files: the browser fetches them itself. */
export const templateUrl = (cohort_id: string | null): string => `/api/v1/classroom/roster-template?kind=${cohort_id === null ? 'institution' : 'class'}`
export const markedUrl = (import_id: string): string => `/api/v1/classroom/roster-imports/${import_id}/marked`
