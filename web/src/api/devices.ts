/** Device checks: measuring and judging (open to anybody), keeping, and a class's room for its lecturer. */
import { call, client } from './client'
import { networkProblem, problemOf } from './problem'
import type { DeviceMeasures, DevicePlace } from './types'

export const beginTest = () => call(client.POST('/api/v1/device-tests'))
export const enterLane = (test: string) => call(client.POST('/api/v1/device-tests/lane', { params: { query: { test } } }))
export const leaveLane = (test: string) => call(client.DELETE('/api/v1/device-tests/lane', { params: { query: { test } } }))
export const echoTime = async (signal: AbortSignal) => (await call(client.GET('/api/v1/device-tests/echo', { signal, cache: 'no-store' }))).at
export const judgeMeasures = (measures: DeviceMeasures) => call(client.POST('/api/v1/device-tests/judgement', { body: { measures } }))
export const keepCheck = (test: string, place: DevicePlace | null, measures: DeviceMeasures) =>
  call(client.POST('/api/v1/device-checks', { body: { test, place, measures } }))

export const showDeviceRoom = (cohort_id: string) =>
  call(client.GET('/api/v1/classroom/classes/{cohort_id}/device-checks', { params: { path: { cohort_id } } }))
export const recordUrl = (cohortId: string, format: 'xlsx' | 'csv') => `/api/v1/classroom/classes/${cohortId}/device-checks/record?format=${format}`
export const echoSocketUrl = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/v1/echo`

/** The stream of random bytes itself: how fast it arrives is what the caller wants to know. */
export function openDownload(test: string, signal: AbortSignal): Promise<Response> {
  return raw(`/api/v1/device-tests/download?test=${test}`, { signal, cache: 'no-store' })
}

export async function sendPiece(test: string, bytes: BodyInit, signal: AbortSignal): Promise<void> {
  await raw(`/api/v1/device-tests/upload?test=${test}`, { method: 'POST', body: bytes, signal, headers: { 'Content-Type': 'application/octet-stream' } })
}

async function raw(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch(() => {
    throw networkProblem()
  })
  if (!response.ok) throw problemOf(response, await response.json().catch(() => null))
  return response
}
