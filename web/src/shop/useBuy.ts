import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { addToCart } from '@/api/market'
import { useSubmit } from '@/forms/useSubmit'
import { useToast } from '@/parts/useToast'
import { useStale } from './queries'

/** Put into the cart, or straight to the checkout. */
export function useBuy() {
  const { t } = useI18n()
  const router = useRouter()
  const stale = useStale()
  const { say } = useToast()
  const { pending, problem, submit, reset } = useSubmit((key, skuId: string, quantity: number) => addToCart(skuId, quantity, key))

  async function add(skuId: string, quantity: number): Promise<void> {
    const cart = await submit(skuId, quantity)
    if (cart === null) return
    stale.cart(cart)
    say(t('shop.added', { n: quantity, total: cart.count }))
  }

  function buyNow(skuId: string, quantity: number): void {
    void router.push({ name: 'shop-checkout', query: { sku: skuId, n: String(quantity) } })
  }

  return { pending, problem, reset, add, buyNow }
}
