/** What a seller may be asked about a trade, and what he may answer. The server checks both. */
import type { SellerReason } from '@/api/types'

export type Question = 'close' | 'grant' | 'readdress' | 'memo'

export const REASONS: readonly SellerReason[] = [
  'seller_unpaid',
  'seller_buyer_declined',
  'seller_wrong_details',
  'seller_malicious',
  'seller_out_of_stock',
  'seller_wrong_goods',
  'seller_in_person',
]
export const FLAGS = ['none', 'red', 'yellow', 'green', 'blue', 'purple'] as const
