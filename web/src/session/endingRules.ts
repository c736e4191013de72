/** What a session that was ended for its person leaves him to do. Pure; the words of each end are the server's. */

const TOLD = 'kernel.identity.ended_'
const CLAIM_AGAIN = 'kernel.identity.ended_claim_undone'
/** The page belongs to a seat or an account that is his no more. */
const FINAL: ReadonlySet<string> = new Set([CLAIM_AGAIN, 'kernel.identity.ended_seat_withdrawn', 'kernel.identity.ended_account_closed'])

/** Whether a refusal says why the session ended; else it was simply too old. */
export const isTold = (code: string): boolean => code.startsWith(TOLD)
/** Whether signing in again over the page would lead nowhere. */
export const isFinal = (code: string): boolean => FINAL.has(code)
/** Where he begins anew. */
export const wayOf = (code: string): '/claim' | '/login' => (code === CLAIM_AGAIN ? '/claim' : '/login')
