/** What goes into a parcel, and what a change of price comes to. Pure. */

export interface WaitingLine {
  id: string
  left: number
}

/** The lines of a parcel: only what is taken, never more than is left. */
export function chosenLines(waiting: readonly WaitingLine[], units: Readonly<Record<string, number>>): { line_id: string; quantity: number }[] {
  return waiting
    .map((line) => ({ line_id: line.id, quantity: Math.min(Math.max(units[line.id] ?? 0, 0), line.left) }))
    .filter((line) => line.quantity > 0)
}

export function isWhole(waiting: readonly WaitingLine[], units: Readonly<Record<string, number>>): boolean {
  return waiting.length > 0 && waiting.every((line) => (units[line.id] ?? 0) >= line.left)
}

/** Yuan as typed (`59`, `59.9`, `59.90`) in fen; null for anything else. */
export function typedFen(text: string): number | null {
  const match = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (match === null) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Numbers pasted one a line (or with commas), for rows in their order; an empty line lets the courier give one. */
export function pastedNumbers(text: string, rows: number): (string | null)[] {
  const given = text.split(/[\n,，;；]/).map((number) => number.trim())
  return Array.from({ length: rows }, (_, index) => {
    const number = given[index] ?? ''
    return number === '' ? null : number
  })
}
