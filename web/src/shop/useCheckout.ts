/** Which lines are being bought: one product straight from its page, or what is chosen in the cart. */
import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { placeTrade } from '@/api/market'
import type { QuoteLineIn } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { useCart, useQuote, useStale } from './queries'

/** What is told to the stores of an order; words typed for a store that fell out of it are left behind. */
export function remarksFor(shopIds: readonly string[], words: Readonly<Record<string, string>>): { shop_id: string; text: string }[] {
  return shopIds.map((shop_id) => ({ shop_id, text: (words[shop_id] ?? '').trim() })).filter((remark) => remark.text !== '')
}

export function useCheckout() {
  const route = useRoute()
  const router = useRouter()
  const cart = useCart()
  const stale = useStale()
  const remarks = ref<Record<string, string>>({})
  const addressId = ref<string | null>(null)
  const repaired = ref<Record<string, number>>({})

  const sku = computed(() => (typeof route.query.sku === 'string' ? route.query.sku : ''))
  const fromCart = computed(() => sku.value === '')
  const wanted = computed<QuoteLineIn[]>(() => {
    if (!fromCart.value) return [{ sku_id: sku.value, quantity: Math.max(1, Number(route.query.n) || 1) }]
    const items = cart.data?.shops.flatMap((shop) => shop.items) ?? []
    return items.filter((item) => item.selected).map((item) => ({ sku_id: item.sku_id, quantity: item.quantity }))
  })
  const lines = computed(() => wanted.value.map((line) => ({ ...line, quantity: repaired.value[line.sku_id] ?? line.quantity })))
  const quote = useQuote(lines, true, addressId)
  const isEmpty = computed(() => fromCart.value && cart.data !== undefined && wanted.value.length === 0)

  const { pending, problem, submit, reset } = useSubmit((key, body: Parameters<typeof placeTrade>[0]) => placeTrade(body, key))

  async function place(): Promise<void> {
    const total = quote.data?.total_fen
    if (total === undefined) return
    const order = await submit({
      lines: lines.value,
      expected_total_fen: total,
      address_id: addressId.value,
      remarks: remarksFor(quote.data?.shops.map((shop) => shop.shop_id) ?? [], remarks.value),
      from_cart: fromCart.value,
    })
    if (order === null) {
      // Whatever was refused, the price shown must be today's.
      void quote.refetch()
      return
    }
    stale.trade()
    void router.replace({ name: 'shop-cashier', params: { id: order.id } })
  }

  /** Takes the repaired quantity of the line the server named, or of the only line. */
  function repair(left: number): void {
    const named = problem.value?.params.sku_id
    const target = typeof named === 'string' ? named : lines.value[0]?.sku_id
    if (target !== undefined) repaired.value = { ...repaired.value, [target]: left }
    reset()
  }

  /** Another address may cost another freight, so the price is asked again. */
  function sendTo(id: string): void {
    addressId.value = id
    reset()
  }

  return { remarks, addressId, sendTo, quote, cart, isEmpty, pending, problem, place, repair, reset }
}
