/** Messages to the whole class. */
import { call, client, intent } from './client'

export const showNotices = () => call(client.GET('/api/v1/classroom/notices'))
export const listSentNotices = () => call(client.GET('/api/v1/classroom/notices/sent'))
export const sendNotice = (text: string, key: string) => call(client.POST('/api/v1/classroom/notices', { body: { text }, params: { header: intent(key) } }))
export const withdrawNotice = (notice_id: string) => call(client.POST('/api/v1/classroom/notices/{notice_id}/withdraw', { params: { path: { notice_id } } }))
