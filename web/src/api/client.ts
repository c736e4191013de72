/** The one HTTP client: typed by the OpenAPI document, CSRF header on unsafe methods, refusals thrown as `Problem`. */
import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './schema.gen'
import { i18n } from '@/i18n'
import { networkProblem, problemOf } from './problem'

let csrfToken = ''

export function useCsrfToken(token: string): void {
  csrfToken = token
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== '' && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrfToken)
    return request
  },
}

const VIEW_SEAT = 'X-View-Seat'
const VIEW_ONLY = 'kernel.identity.view_only'
let viewedSeat: string | null = null
let sayRefused: () => void = () => undefined

/** From here on every request asks as the learner of this seat sees it; a command is refused before it leaves the page. */
export function useViewedSeat(seatId: string, onRefused: () => void): void {
  viewedSeat = seatId
  sayRefused = onRefused
}

const viewing: Middleware = {
  onRequest({ request }) {
    if (viewedSeat === null) return undefined
    request.headers.set(VIEW_SEAT, viewedSeat)
    if (request.method === 'GET') return request
    sayRefused()
    return new Response(JSON.stringify({ code: VIEW_ONLY, title: i18n.global.t('viewing.refused') }), { status: 403, headers: { 'Content-Type': 'application/problem+json' } })
  },
}

/** Looks `fetch` up at each call, so that tests may replace it. */
export const client = createClient<paths>({ credentials: 'same-origin', fetch: (request: Request) => fetch(request) })
client.use(csrf)
client.use(viewing)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Returns the body, or throws the `Problem` the server (or the missing network) gave. */
export async function call<T>(pending: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await pending
  } catch {
    throw networkProblem()
  }
  if (!answer.response.ok) throw problemOf(answer.response, answer.error)
  return answer.data as T
}

/** The header that makes a retried command act once. */
export function intent(key: string): { 'idempotency-key': string } {
  return { 'idempotency-key': key }
}
