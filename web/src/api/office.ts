/** What operators, institutions and officers may ask. */
import { call, client } from './client'
import type { GrantGive, SealedField } from './types'

export const listInstitutions = () => call(client.GET('/api/v1/institutions'))
export const addInstitution = (name: string, region_code: string) =>
  call(client.POST('/api/v1/institutions', { body: { name, region_code } }))
export const renameInstitution = (institution_id: string, name: string) =>
  call(client.PUT('/api/v1/institutions/{institution_id}', { params: { path: { institution_id } }, body: { name } }))

export const listAccounts = (wanted: string, page: number) =>
  call(client.GET('/api/v1/accounts', { params: { query: { wanted, page } } }))
export const addAccount = (login: string, display_name: string, grant: GrantGive) =>
  call(client.POST('/api/v1/accounts', { body: { login, display_name, grant } }))
export const setAccountState = (account_id: string, state: 'active' | 'disabled') =>
  call(client.PUT('/api/v1/accounts/{account_id}/state', { params: { path: { account_id } }, body: { state } }))
export const giveRole = (account_id: string, grant: GrantGive) =>
  call(client.POST('/api/v1/accounts/{account_id}/grants', { params: { path: { account_id } }, body: grant }))
export const takeRole = (account_id: string, grant_id: string) =>
  call(client.DELETE('/api/v1/accounts/{account_id}/grants/{grant_id}', { params: { path: { account_id, grant_id } } }))
export const resetPassword = (account_id: string) =>
  call(client.POST('/api/v1/accounts/{account_id}/password-reset', { params: { path: { account_id } } }))
export const unlockAccount = (account_id: string) =>
  call(client.POST('/api/v1/accounts/{account_id}/unlock', { params: { path: { account_id } } }))

export const listLogins = (before: string | null) =>
  call(client.GET('/api/v1/log-ins', { params: { query: before === null ? {} : { before } } }))
export const listOfficeClasses = () => call(client.GET('/api/v1/office/classes'))
export const listPeople = (cohort_id: string) =>
  call(client.GET('/api/v1/office/classes/{cohort_id}/people', { params: { path: { cohort_id } } }))
export const revealField = (person_id: string, field: SealedField, reason: string) =>
  call(client.POST('/api/v1/people/{person_id}/reveal', { params: { path: { person_id } }, body: { field, reason } }))
