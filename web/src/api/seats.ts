/** The list of a class, as its lecturer and the institution's staff keep it. */
import { call, client, intent } from './client'
import type { PinSlip, PinSlipsView, RequestRow, SeatAdd, SeatChange, SeatListView, SeatRow, TemporaryPassword } from './types'

const CLASS = '/api/v1/classroom/classes/{cohort_id}'
const at = (cohort_id: string) => ({ params: { path: { cohort_id } } })
const of = (cohort_id: string, seat_id: string) => ({ params: { path: { cohort_id, seat_id } } })
const asked = (cohort_id: string, request_id: string) => ({ params: { path: { cohort_id, request_id } } })

export const listSeats = (cohort: string): Promise<SeatListView> => call(client.GET(`${CLASS}/seats`, at(cohort)))
export const addSeat = (cohort: string, body: SeatAdd, key: string): Promise<SeatRow> =>
  call(client.POST(`${CLASS}/seats`, { body, params: { path: { cohort_id: cohort }, header: intent(key) } }))
export const changeSeat = (cohort: string, seat: string, body: SeatChange): Promise<SeatRow> => call(client.PUT(`${CLASS}/seats/{seat_id}`, { ...of(cohort, seat), body }))
export const unlockSeats = (cohort: string): Promise<SeatListView> => call(client.POST(`${CLASS}/seats/unlock`, at(cohort)))
export const undoClaim = (cohort: string, seat: string, reason: string): Promise<SeatRow> => call(client.POST(`${CLASS}/seats/{seat_id}/undo-claim`, { ...of(cohort, seat), body: { reason } }))
export const withdrawSeat = (cohort: string, seat: string, reason: string): Promise<SeatRow> => call(client.POST(`${CLASS}/seats/{seat_id}/withdraw`, { ...of(cohort, seat), body: { reason } }))
export const readmitSeat = (cohort: string, seat: string, reason: string): Promise<SeatRow> => call(client.POST(`${CLASS}/seats/{seat_id}/readmit`, { ...of(cohort, seat), body: { reason } }))
export const readPin = (cohort: string, seat: string): Promise<PinSlip> => call(client.POST(`${CLASS}/seats/{seat_id}/pin`, of(cohort, seat)))
export const renewPin = (cohort: string, seat: string): Promise<PinSlip> => call(client.POST(`${CLASS}/seats/{seat_id}/new-pin`, of(cohort, seat)))
export const printSlips = (cohort: string): Promise<PinSlipsView> => call(client.POST(`${CLASS}/pin-slips`, at(cohort)))
export const resetPassword = (account_id: string): Promise<TemporaryPassword> => call(client.POST('/api/v1/accounts/{account_id}/password-reset', { params: { path: { account_id } } }))

export const listRequests = async (cohort: string): Promise<RequestRow[]> => (await call(client.GET(`${CLASS}/requests`, at(cohort)))).rows
export const letIn = (cohort: string, request: string, seat_id: string | null): Promise<RequestRow> => call(client.POST(`${CLASS}/requests/{request_id}/let-in`, { ...asked(cohort, request), body: { seat_id } }))
export const refuseRequest = (cohort: string, request: string, reason: string): Promise<RequestRow> => call(client.POST(`${CLASS}/requests/{request_id}/refuse`, { ...asked(cohort, request), body: { reason } }))
export const refuseRequests = async (cohort: string, kind: RequestRow['kind'], reason: string): Promise<number> => (await call(client.POST(`${CLASS}/requests/refuse-all`, { ...at(cohort), body: { kind, reason } }))).refused
export const grantPassword = (cohort: string, request: string): Promise<TemporaryPassword> => call(client.POST(`${CLASS}/requests/{request_id}/reset-password`, asked(cohort, request)))
