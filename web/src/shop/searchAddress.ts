/** What a buyer looks for as it stands in the address: it can be shared, bookmarked and walked back to. */
import type { LocationQuery } from 'vue-router'
import type { Sort } from '@/api/market'

export const SORTS = ['recommended', 'sold', 'newest', 'price_asc', 'price_desc'] as const satisfies readonly Sort[]
const DEAREST_YUAN = 9_999_999

export interface Wanted {
  q: string
  category: string
  /** Whole yuan; null is no bound. */
  from: number | null
  to: number | null
  inStock: boolean
  sort: Sort
}

export const NOTHING_WANTED: Wanted = { q: '', category: '', from: null, to: null, inStock: false, sort: 'recommended' }

const word = (value: unknown): string => (typeof value === 'string' ? value.trim().slice(0, 40) : '')

function yuan(value: unknown): number | null {
  const given = word(value)
  return /^\d{1,7}$/.test(given) ? Math.min(Number(given), DEAREST_YUAN) : null
}

export function wantedOf(query: LocationQuery): Wanted {
  const [from, to] = [yuan(query.from), yuan(query.to)]
  const swapped = from !== null && to !== null && from > to
  return {
    q: word(query.q),
    category: word(query.category),
    from: swapped ? to : from,
    to: swapped ? from : to,
    inStock: query.stock === '1',
    sort: SORTS.find((known) => known === query.sort) ?? 'recommended',
  }
}

/** Only what differs from asking for nothing stands in the address. */
export function addressOf(wanted: Wanted): Record<string, string> {
  return {
    ...(wanted.q === '' ? {} : { q: wanted.q }),
    ...(wanted.category === '' ? {} : { category: wanted.category }),
    ...(wanted.from === null ? {} : { from: String(wanted.from) }),
    ...(wanted.to === null ? {} : { to: String(wanted.to) }),
    ...(wanted.inStock ? { stock: '1' } : {}),
    ...(wanted.sort === 'recommended' ? {} : { sort: wanted.sort }),
  }
}

export interface FeedFilter {
  category?: string
  q?: string
  from_fen?: number
  to_fen?: number
  in_stock?: boolean
  sort?: Sort
}

/** As the server asks for it: amounts in fen. */
export function filterOf(wanted: Wanted): FeedFilter {
  return {
    sort: wanted.sort,
    ...(wanted.q === '' ? {} : { q: wanted.q }),
    ...(wanted.category === '' ? {} : { category: wanted.category }),
    ...(wanted.from === null ? {} : { from_fen: wanted.from * 100 }),
    ...(wanted.to === null ? {} : { to_fen: wanted.to * 100 }),
    ...(wanted.inStock ? { in_stock: true } : {}),
  }
}

/** How many of the choices in the filter sheet are made. */
export const narrowings = (wanted: Wanted): number => [wanted.category !== '', wanted.from !== null || wanted.to !== null, wanted.inStock].filter(Boolean).length
