import { call, client } from './client'
import { networkProblem, problemOf } from './problem'
import type { SessionView } from './types'

/** Offered by a demo server only, and therefore not part of the OpenAPI document. */
export interface DemoAccount {
  login: string
  password: string
  display_name: string
  role: string
  note: string
}

export const showSession = (): Promise<SessionView> => call(client.GET('/api/v1/session'))
export const createSession = (login: string, password: string): Promise<SessionView> =>
  call(client.POST('/api/v1/session', { body: { login, password } }))
export const deleteSession = (): Promise<unknown> => call(client.DELETE('/api/v1/session'))

export async function listDemoAccounts(): Promise<DemoAccount[]> {
  const response = await fetch('/api/v1/demo-accounts').catch(() => {
    throw networkProblem()
  })
  if (!response.ok) throw problemOf(response, null)
  return (await response.json()) as DemoAccount[]
}

export const createTicket = async (): Promise<string> => (await call(client.POST('/api/v1/realtime/tickets'))).ticket
