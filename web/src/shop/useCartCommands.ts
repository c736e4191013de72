import { ref, shallowRef } from 'vue'
import { changeCartItem, removeCartItem, removeCartItems, selectCartItems, swapCartItem } from '@/api/market'
import { Problem } from '@/api/problem'
import type { CartItem, CartShop, CartView } from '@/api/types'
import { useStale } from './queries'

/** Changes of the cart, one after the other; a refusal belongs to the item that met it. */
export function useCartCommands() {
  const stale = useStale()
  const busy = ref<string | null>(null)
  const refusal = shallowRef<{ skuId: string; problem: Problem } | null>(null)

  async function run(skuId: string, send: () => Promise<CartView>): Promise<void> {
    if (busy.value !== null) return
    busy.value = skuId
    refusal.value = null
    try {
      stale.cart(await send())
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      refusal.value = { skuId, problem: error }
      stale.cartUnknown()
    } finally {
      busy.value = null
    }
  }

  const setQuantity = (item: CartItem, quantity: number) => run(item.sku_id, () => changeCartItem(item.sku_id, { quantity }))
  const select = (item: CartItem, selected: boolean) => run(item.sku_id, () => changeCartItem(item.sku_id, { selected }))
  const remove = (item: CartItem) => run(item.sku_id, () => removeCartItem(item.sku_id))

  const swap = (item: CartItem, skuId: string, quantity: number) => run(item.sku_id, () => swapCartItem(item.sku_id, skuId, quantity))

  async function selectAll(shops: readonly CartShop[], selected: boolean): Promise<void> {
    const ids = shops.flatMap((shop) => shop.items).filter((item) => item.selected !== selected).map((item) => item.sku_id)
    if (ids[0] !== undefined) await run(ids[0], () => selectCartItems(ids, selected))
  }

  async function clear(items: readonly CartItem[]): Promise<void> {
    const ids = items.map((item) => item.sku_id)
    if (ids[0] !== undefined) await run(ids[0], () => removeCartItems(ids))
  }

  return { busy, refusal, setQuantity, select, selectAll, swap, remove, clear }
}
