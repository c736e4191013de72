/** The one HTTP client: typed by the OpenAPI document, CSRF header on unsafe methods, the viewed seat on all, refusals thrown as `Problem`. */
import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from './schema.gen'
import { networkProblem, problemOf } from './problem'
import { VIEW_HEADER, viewedSeat } from './viewing'

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

const viewing: Middleware = {
  onRequest({ request }) {
    const seat = viewedSeat()
    // Signing in again is the lecturer's own doing.
    const signsIn = request.method === 'POST' && new URL(request.url).pathname === '/api/v1/session'
    if (seat !== null && !signsIn) request.headers.set(VIEW_HEADER, seat)
    return request
  },
}

/** Looks `fetch` up at each call, so that tests may replace it. */
export const client = createClient<paths>({ credentials: 'same-origin', fetch: (request: Request) => fetch(request) })
client.use(csrf, viewing)

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
