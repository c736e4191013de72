/** What everybody may ask about himself: places, password, log-ins, API tokens; and the first run. */
import { call, client } from './client'
import type { SessionView, Welcome } from './types'

export const listPlaces = () => call(client.GET('/api/v1/session/places'))
export const choosePlace = (kind: 'class' | 'role', id: string): Promise<SessionView> =>
  call(client.PUT('/api/v1/session/place', { body: { kind, id } }))
export const changePassword = (current: string, next: string): Promise<SessionView> =>
  call(client.PUT('/api/v1/session/password', { body: { current, new: next } }))
export const listOwnLogins = (before: string | null) =>
  call(client.GET('/api/v1/session/log-ins', { params: { query: before === null ? {} : { before } } }))
export const listTokens = () => call(client.GET('/api/v1/session/tokens'))
export const makeToken = (name: string, days: number, read_only: boolean) =>
  call(client.POST('/api/v1/session/tokens', { body: { name, days, read_only } }))
export const revokeToken = (token_id: string) =>
  call(client.DELETE('/api/v1/session/tokens/{token_id}', { params: { path: { token_id } } }))

export const listRegions = () => call(client.GET('/api/v1/regions'))
export const showWelcome = () => call(client.GET('/api/v1/welcome/state'))
export const makeWelcome = (body: Welcome): Promise<SessionView> => call(client.POST('/api/v1/welcome', { body }))
