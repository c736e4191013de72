/** Arithmetic of the check page. Pure. */

/** The middle value; of an even number, the mean of the two in the middle. Zero for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/** Mean difference from one value to the next. */
export function jitter(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)))
  return steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step, 0) / steps.length
}

/** Whole milliseconds within what a report may hold. */
export const wholeMs = (ms: number, least = 0): number => Math.min(60_000, Math.max(least, Math.round(ms)))

/** Kilobits a second, as the server computes them. */
export const kbitOf = (transfer: { bytes: number; ms: number }): number => Math.floor((transfer.bytes * 8) / transfer.ms)

/** Megabits a second with one decimal, rounded down: a line never looks better than it is. */
export const megabits = (kbit: number): string => (Math.floor(kbit / 100) / 10).toFixed(1)
