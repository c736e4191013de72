/** A refusal of the server (RFC 9457 problem+json) or of the network, as one error class. */

export interface FieldError {
  pointer: string
  code: string
  message: string
}

interface ProblemBody {
  title?: unknown
  detail?: unknown
  code?: unknown
  request_id?: unknown
  params?: unknown
  errors?: unknown
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string
  readonly params: Readonly<Record<string, unknown>>
  readonly errors: readonly FieldError[]
  /** Seconds the server asks us to wait (429, 503), if it said so. */
  readonly retryAfter: number | null

  constructor(status: number, body: ProblemBody, retryAfter: number | null = null) {
    super(text(body.title))
    this.name = 'Problem'
    this.status = status
    this.code = text(body.code) || `http.${String(status)}`
    this.detail = text(body.detail)
    this.requestId = text(body.request_id)
    this.params = isRecord(body.params) ? body.params : {}
    this.errors = Array.isArray(body.errors) ? body.errors.filter(isFieldError) : []
    this.retryAfter = retryAfter
  }

  /** The person may simply try again later; nothing about the request is wrong. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504
  }

  /** A number the server sent along, e.g. how many pieces are left. */
  numberParam(name: string): number | null {
    const value = this.params[name]
    return typeof value === 'number' ? value : null
  }
}

export const NETWORK_CODE = 'web.network'

export function networkProblem(): Problem {
  return new Problem(0, { code: NETWORK_CODE })
}

export function problemOf(response: Response, body: unknown): Problem {
  const seconds = Number(response.headers.get('Retry-After'))
  return new Problem(response.status, isRecord(body) ? body : {}, seconds > 0 ? seconds : null)
}

/** Messages by the last name of the pointer (`/body/title` → `title`). */
export function fieldMessages(problem: Problem | null): Record<string, string> {
  const messages: Record<string, string> = {}
  for (const error of problem?.errors ?? []) {
    const name = error.pointer.split('/').filter((part) => part !== '' && part !== 'body')[0]
    if (name !== undefined) messages[name] ??= error.message
  }
  return messages
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value.pointer === 'string' && typeof value.message === 'string'
}
