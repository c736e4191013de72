/** Choosing one SKU out of a matrix of specifications. Pure: the sheet draws what these say. */
import type { Picture } from '@/api/types'

export interface SpecName {
  name: string
  values: readonly string[]
}

/** One SKU: its values stand in the order of the specification names. */
export interface Offer {
  id: string
  spec: readonly string[]
  price_fen: number
  market_price_fen: number | null
  sellable: number
  picture: Picture | null
}

/** One entry a name; null where nothing is chosen yet. */
export type Chosen = readonly (string | null)[]

function fits(offer: Offer, chosen: Chosen): boolean {
  return chosen.every((value, index) => value === null || offer.spec[index] === value)
}

/** The SKU of a complete choice, null while a name is open or if there is none. */
export function offerOf(offers: readonly Offer[], chosen: Chosen): Offer | null {
  if (chosen.includes(null)) return null
  return offers.find((offer) => fits(offer, chosen)) ?? null
}

/** Whether a value can still be taken beside what is chosen under the other names: some SKU has it and is in stock. */
export function isOpen(offers: readonly Offer[], chosen: Chosen, index: number, value: string): boolean {
  const asked = chosen.map((other, at) => (at === index ? value : other))
  return offers.some((offer) => offer.sellable > 0 && fits(offer, asked))
}

/** Takes a value, or gives it back when it was taken; values of other names that no longer go with it are given back. */
export function choose(offers: readonly Offer[], chosen: Chosen, index: number, value: string): Chosen {
  if (chosen[index] === value) return chosen.map((other, at) => (at === index ? null : other))
  const next = chosen.map((other, at) => (at === index ? value : other))
  if (offers.some((offer) => offer.sellable > 0 && fits(offer, next))) return next
  return next.map((other, at) => (at === index || (other !== null && isOpen(offers, next.map((one, place) => (place === index ? value : place === at ? one : null)), at, other)) ? other : null))
}

/** What is chosen when the sheet opens: the SKU meant, else whatever leaves no choice. */
export function startingChoice(specs: readonly SpecName[], offers: readonly Offer[], skuId?: string): Chosen {
  const meant = offers.find((offer) => offer.id === skuId)
  if (meant !== undefined) return specs.map((_, index) => meant.spec[index] ?? null)
  return specs.map((spec) => (spec.values.length === 1 ? (spec.values[0] ?? null) : null))
}

/** The names still open, to be named in “请选择 颜色”. */
export function missing(specs: readonly SpecName[], chosen: Chosen): string[] {
  return specs.filter((_, index) => chosen[index] === null).map((spec) => spec.name)
}

/** The picture beside a value: of the first SKU that has it and a picture. Only the first name carries pictures. */
export function pictureOf(offers: readonly Offer[], index: number, value: string): Picture | null {
  if (index !== 0) return null
  return offers.find((offer) => offer.spec[0] === value && offer.picture !== null)?.picture ?? null
}

export interface PriceRange {
  from: number
  to: number
}

/** From the cheapest to the dearest of what fits the choice; what is sold out counts only if all of it is. */
export function priceRange(offers: readonly Offer[], chosen: Chosen = []): PriceRange {
  const fitting = offers.filter((offer) => fits(offer, chosen))
  const pool = fitting.some((offer) => offer.sellable > 0) ? fitting.filter((offer) => offer.sellable > 0) : fitting
  const prices = (pool.length > 0 ? pool : offers).map((offer) => offer.price_fen)
  return { from: Math.min(...prices), to: Math.max(...prices) }
}

/** How many pieces of what fits the choice are in stock. */
export function stockOf(offers: readonly Offer[], chosen: Chosen = []): number {
  return offers.filter((offer) => fits(offer, chosen)).reduce((sum, offer) => sum + Math.max(0, offer.sellable), 0)
}
