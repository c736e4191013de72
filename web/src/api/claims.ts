/** Claiming a seat, and asking for one: open to everybody who has come to the page. */
import { call, client } from './client'
import type { ClaimPreviewView, MyRequestView, SessionView } from './types'

export const previewClaim = (class_code: string, pin: string): Promise<ClaimPreviewView> =>
  call(client.POST('/api/v1/claims/preview', { body: { class_code, pin } }))
export const makeClaim = (class_code: string, pin: string, login: string | null, password: string): Promise<SessionView> =>
  call(client.POST('/api/v1/claims', { body: { class_code, pin, login, password } }))
export const askToJoin = (class_code: string, name: string, phone_tail: string): Promise<MyRequestView> =>
  call(client.POST('/api/v1/claims/requests/join', { body: { class_code, name, phone_tail } }))
export const askForPassword = (class_code: string, login: string): Promise<MyRequestView> =>
  call(client.POST('/api/v1/claims/requests/password', { body: { class_code, login } }))
export const showMyRequest = async () => (await call(client.GET('/api/v1/claims/requests/mine'))).request
