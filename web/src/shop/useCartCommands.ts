import { ref, shallowRef } from 'vue'
import { changeCartItem, removeCartItem } from '@/api/market'
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

  async function selectAll(shops: readonly CartShop[], selected: boolean): Promise<void> {
    for (const item of shops.flatMap((shop) => shop.items)) if (item.selected !== selected) await select(item, selected)
  }

  async function clear(items: readonly CartItem[]): Promise<void> {
    for (const item of items) await remove(item)
  }

  return { busy, refusal, setQuantity, select, selectAll, remove, clear }
}
