import { call, client } from './client'
import type { DemoAccount, SessionView } from './types'

export const showSession = (): Promise<SessionView> => call(client.GET('/api/v1/session'))
export const createSession = (login: string, password: string): Promise<SessionView> =>
  call(client.POST('/api/v1/session', { body: { login, password } }))
export const deleteSession = (): Promise<unknown> => call(client.DELETE('/api/v1/session'))
export const listDemoAccounts = (): Promise<DemoAccount[]> => call(client.GET('/api/v1/demo-accounts'))
export const createTicket = async (): Promise<string> => (await call(client.POST('/api/v1/realtime/tickets'))).ticket
