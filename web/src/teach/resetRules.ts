/** What a reset's preview says line by line; what would not happen is not said. Pure. */
import type { ResetView } from '@/api/types'

export interface ResetLine {
  key: 'products' | 'unpaid' | 'refunded' | 'running' | 'cart' | 'others'
  count: number
  /** What is at stake in these trades; null where no money is. */
  fen: number | null
}

export function resetLines(view: ResetView): ResetLine[] {
  const lines: ResetLine[] = [
    { key: 'products', count: view.products, fen: null },
    { key: 'unpaid', count: view.unpaid_trades, fen: view.unpaid_fen },
    { key: 'refunded', count: view.refunded_trades, fen: view.refund_fen },
    { key: 'running', count: view.running_trades, fen: view.running_fen },
    { key: 'cart', count: view.cart_lines, fen: null },
    { key: 'others', count: view.lines_of_others, fen: null },
  ]
  return lines.filter((line) => line.count > 0)
}

/** As the server counts it: without the space around, by characters. */
export function isReason(text: string): boolean {
  const length = [...text.trim()].length
  return length >= 2 && length <= 200
}
