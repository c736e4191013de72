/** What a message says: the keys of its texts and what goes into them. Pure. */
import type { Message } from '@/api/types'

export const MESSAGE_KINDS = ['shipped', 'signed', 'closed', 'refunded'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number] | 'other'

const word = (value: unknown): string => (typeof value === 'string' ? value : '')

export interface MessageWords {
  kind: MessageKind
  shop: string
  goods: string
  number: string
  reason: string
  amountFen: number | null
}

/** An unknown kind still says that something happened, and where. */
export function wordsOf(message: Pick<Message, 'kind' | 'params'>): MessageWords {
  const { shop_name, title, number, reason, amount_fen } = message.params
  return {
    kind: MESSAGE_KINDS.find((kind) => kind === message.kind) ?? 'other',
    shop: word(shop_name),
    goods: word(title),
    number: word(number),
    reason: word(reason),
    amountFen: typeof amount_fen === 'number' ? amount_fen : null,
  }
}
