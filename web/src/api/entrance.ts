import { call, client } from './client'
import type { EntranceView } from './types'

/** The addresses at which this server is reached, each with a code of the page `path`. */
export const showEntrance = (path: string): Promise<EntranceView> => call(client.GET('/api/v1/entrance', { params: { query: { path } } }))
