/** What a lecturer may ask of the sandbox and the mall. */
import { call, client, intent } from './client'

export const showClock = () => call(client.GET('/api/v1/sandbox/clock'))
export const startClock = () => call(client.POST('/api/v1/sandbox/clock/start'))
export const pauseClock = () => call(client.POST('/api/v1/sandbox/clock/pause'))
export const setSpeed = (speed: number) => call(client.PUT('/api/v1/sandbox/clock/speed', { body: { speed } }))
export const previewJump = (target_sim_at: string) =>
  call(client.GET('/api/v1/sandbox/clock/jump-preview', { params: { query: { target_sim_at } } }))
export const jumpClock = (target_sim_at: string, key: string) =>
  call(client.POST('/api/v1/sandbox/clock/jump', { body: { target_sim_at }, headers: intent(key) }))
export const showNextTimer = () => call(client.GET('/api/v1/sandbox/next-timer'))
export const listParked = () => call(client.GET('/api/v1/sandbox/parked'))
export const replayTimer = (id: string) =>
  call(client.POST('/api/v1/sandbox/parked/timers/{id}/replay', { params: { path: { id } } }))
export const replayDelivery = (id: string) =>
  call(client.POST('/api/v1/sandbox/parked/deliveries/{id}/replay', { params: { path: { id } } }))
export const showWall = () => call(client.GET('/api/v1/mall/wall'))
export const showReconciliation = () => call(client.GET('/api/v1/mall/reconciliation'))
