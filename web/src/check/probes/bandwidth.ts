/** Down and up, within a few seconds and megabytes. Random bytes: nothing on the way can shrink or remember them. */
import { openDownload, sendPiece } from '@/api/devices'
import { Problem } from '@/api/problem'
import { wholeMs } from '../figures'

export interface Transfer {
  bytes: number
  ms: number
}

const UPLOAD_ENOUGH_MS = 1000
const UPLOAD_PATIENCE_MS = 4000
const RANDOM_AT_ONCE = 65_536

/** Counted from the first bytes on, so that the time to the first byte, which is latency, is left out. */
export async function probeDownload(test: string, size: number, seconds: number, progress: (part: number) => void): Promise<Transfer> {
  const control = new AbortController()
  const timer = window.setTimeout(() => { control.abort() }, seconds * 1000 + 500)
  const asked = performance.now()
  let first: { at: number; bytes: number } | null = null
  let last = asked
  let bytes = 0
  try {
    const reader = (await openDownload(test, control.signal)).body?.getReader()
    for (let chunk = await reader?.read(); chunk !== undefined && !chunk.done; chunk = await reader?.read()) {
      last = performance.now()
      bytes += chunk.value.byteLength
      first ??= { at: last, bytes }
      progress(bytes / size)
    }
  } catch (error) {
    // A refusal is to be told; a line that breaks or is too slow is a result.
    if (error instanceof Problem && error.status !== 0) throw error
  } finally {
    window.clearTimeout(timer)
  }
  if (first !== null && bytes > first.bytes && last > first.at) return { bytes: bytes - first.bytes, ms: wholeMs(last - first.at, 1) }
  return { bytes, ms: wholeMs(performance.now() - asked, 1) }
}

/** Pieces that double, until one takes long enough to say something: the last confirmed one is the result. */
export async function probeUpload(test: string, pieces: readonly number[], progress: (part: number) => void): Promise<Transfer> {
  const control = new AbortController()
  const timer = window.setTimeout(() => { control.abort() }, UPLOAD_PATIENCE_MS)
  const began = performance.now()
  let result: Transfer | null = null
  try {
    for (const [index, size] of pieces.entries()) {
      const piece = randomBytes(size)
      const sent = performance.now()
      await sendPiece(test, piece, control.signal)
      result = { bytes: size, ms: wholeMs(performance.now() - sent, 1) }
      progress((index + 1) / pieces.length)
      if (performance.now() - began > UPLOAD_ENOUGH_MS) break
    }
  } catch (error) {
    if (error instanceof Problem && error.status !== 0) throw error
  } finally {
    window.clearTimeout(timer)
  }
  return result ?? { bytes: 0, ms: wholeMs(performance.now() - began, 1) }
}

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let from = 0; from < size; from += RANDOM_AT_ONCE) crypto.getRandomValues(bytes.subarray(from, Math.min(size, from + RANDOM_AT_ONCE)))
  return bytes
}
