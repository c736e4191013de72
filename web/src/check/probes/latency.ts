/** Ten small requests, one after the other, and on the way the difference between this machine's clock and the server's. */
import { echoTime } from '@/api/devices'
import { jitter, median, wholeMs } from '../figures'

export const REQUESTS = 10
const PATIENCE_MS = 5000

export interface LatencyResult {
  latency: { median_ms: number; jitter_ms: number; lost: number }
  clock_offset_ms: number
}

interface Sample {
  ms: number
  offset: number
}

/** Throws what the last request threw if none was answered: then there is no network to measure. */
export async function probeLatency(progress: (done: number) => void): Promise<LatencyResult> {
  // The first request also opens the connection; it says nothing of the line and is not counted.
  await ask().catch(() => undefined)
  const samples: Sample[] = []
  let trouble: unknown
  for (let done = 1; done <= REQUESTS; done += 1) {
    await ask().then((sample) => samples.push(sample), (error: unknown) => { trouble = error })
    progress(done / REQUESTS)
  }
  if (samples.length === 0) throw trouble
  const times = samples.map((sample) => sample.ms)
  // The quickest round trip leaves the least room for error about when the server looked at its clock.
  const best = samples.reduce((a, b) => (b.ms < a.ms ? b : a))
  return {
    latency: { median_ms: wholeMs(median(times)), jitter_ms: wholeMs(jitter(times)), lost: REQUESTS - samples.length },
    clock_offset_ms: Math.round(best.offset),
  }
}

async function ask(): Promise<Sample> {
  const control = new AbortController()
  const timer = window.setTimeout(() => { control.abort() }, PATIENCE_MS)
  const sent = performance.now()
  const sentAt = Date.now()
  try {
    const at = Date.parse(await echoTime(control.signal))
    const ms = performance.now() - sent
    return { ms, offset: sentAt + ms / 2 - at }
  } finally {
    window.clearTimeout(timer)
  }
}
