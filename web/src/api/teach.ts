/** What a lecturer may ask of the sandbox and the mall. */
import { call, client, intent } from './client'

export const showClock = () => call(client.GET('/api/v1/sandbox/clock'))
export const startClock = () => call(client.POST('/api/v1/sandbox/clock/start'))
export const pauseClock = () => call(client.POST('/api/v1/sandbox/clock/pause'))
export const setSpeed = (speed: number) => call(client.PUT('/api/v1/sandbox/clock/speed', { body: { speed } }))
export const previewJump = (target_sim_at: string) =>
  call(client.GET('/api/v1/sandbox/clock/jump-preview', { params: { query: { target_sim_at } } }))
export const jumpClock = (target_sim_at: string, key: string) =>
  call(client.POST('/api/v1/sandbox/clock/jump', { body: { target_sim_at }, params: { header: intent(key) } }))
export const showNextTimer = async () => (await call(client.GET('/api/v1/sandbox/next-timer'))).next
export const listParked = () => call(client.GET('/api/v1/sandbox/parked'))
export const replayTimer = (timer_id: string) =>
  call(client.POST('/api/v1/sandbox/parked/timers/{timer_id}/replay', { params: { path: { timer_id } } }))
export const replayDelivery = (event_id: string, handler: string) =>
  call(client.POST('/api/v1/sandbox/parked/deliveries/replay', { body: { event_id, handler } }))
export const previewReset = (seat_id: string) => call(client.GET('/api/v1/mall/seats/{seat_id}/reset', { params: { path: { seat_id } } }))
export const resetShop = (seat_id: string, body: { reason: string }, key: string) =>
  call(client.POST('/api/v1/mall/seats/{seat_id}/reset', { body, params: { path: { seat_id }, header: intent(key) } }))
export const showWall = () => call(client.GET('/api/v1/mall/wall'))
export const listRefunds = () => call(client.GET('/api/v1/mall/refunds'))
export const payOutRefund = (refund_id: string) =>
  call(client.POST('/api/v1/mall/refunds/{refund_id}/pay-out', { params: { path: { refund_id } } }))
export const showReconciliation = () => call(client.GET('/api/v1/mall/reconciliation'))
export const listSnapshots = () => call(client.GET('/api/v1/sandbox/snapshots'))
export const makeSnapshot = (name: string, key: string) => call(client.POST('/api/v1/sandbox/snapshots', { body: { name }, params: { header: intent(key) } }))
export const previewRollback = (snapshot_id: string) =>
  call(client.GET('/api/v1/sandbox/snapshots/{snapshot_id}/rollback-preview', { params: { path: { snapshot_id } } }))
export const listReturningShops = (snapshot_id: string) =>
  call(client.GET('/api/v1/mall/snapshots/{snapshot_id}/returning-shops', { params: { path: { snapshot_id } } }))
export const rollBack = (snapshot_id: string, key: string) =>
  call(client.POST('/api/v1/sandbox/snapshots/{snapshot_id}/roll-back', { params: { path: { snapshot_id }, header: intent(key) } }))
export const showBackups = () => call(client.GET('/api/v1/backups'))
export const askBackup = () => call(client.POST('/api/v1/backups'))
