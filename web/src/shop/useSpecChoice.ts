import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { ProductView } from '@/api/types'
import { choose, isOpen, missing, offerOf, pictureOf, priceRange, startingChoice, stockOf, type Chosen } from './specChooser'

/** The choice among one product's SKUs and how many of it; begins anew when the product or the SKU meant is another. */
export function useSpecChoice(product: MaybeRefOrGetter<ProductView | undefined>, meant: MaybeRefOrGetter<string | undefined> = undefined, count: MaybeRefOrGetter<number> = 1) {
  const specs = computed(() => toValue(product)?.specs ?? [])
  const offers = computed(() => toValue(product)?.skus ?? [])
  const chosen = ref<Chosen>([])
  const quantity = ref(1)

  watch(
    () => [toValue(product)?.id, toValue(meant), toValue(count)],
    () => {
      chosen.value = startingChoice(specs.value, offers.value, toValue(meant))
      quantity.value = toValue(count)
    },
    { immediate: true },
  )

  const offer = computed(() => offerOf(offers.value, chosen.value))
  const stock = computed(() => (offer.value === null ? stockOf(offers.value, chosen.value) : Math.max(0, offer.value.sellable)))
  const price = computed(() => priceRange(offers.value, chosen.value))
  const open = computed(() => missing(specs.value, chosen.value))
  const picture = computed(() => offer.value?.picture ?? pictureOf(offers.value, 0, chosen.value[0] ?? '') ?? toValue(product)?.picture)
  const words = computed(() => chosen.value.filter((value) => value !== null).join(' / '))

  function pick(index: number, value: string): void {
    chosen.value = choose(offers.value, chosen.value, index, value)
    if (offer.value !== null) quantity.value = Math.min(quantity.value, Math.max(1, offer.value.sellable))
  }

  function setQuantity(n: number): void {
    quantity.value = n
  }

  const isFree = (index: number, value: string): boolean => isOpen(offers.value, chosen.value, index, value)
  /** Greyed beside the present choice, but to be had with another: pressing it lets go of what does not go with it. */
  const isGone = (index: number, value: string): boolean => !isOpen(offers.value, specs.value.map(() => null), index, value)

  return { specs, offers, chosen, quantity, offer, stock, price, open, picture, words, pick, setQuantity, isFree, isGone }
}

export type SpecChoice = ReturnType<typeof useSpecChoice>
