/** What is typed in the product editor, what it costs and earns, and how it becomes a request. */
import { computed, reactive, ref } from 'vue'
import type { DeskProductView, Picture, PictureChoice, ProductCreate, ProductUpdate } from '@/api/types'
import { parseYuan, yuanInput } from '@/format/money'

/** Commission of the teaching policy, in basis points; only for the live margin, the server settles. */
const COMMISSION_BP = 500

export function marginOf(priceFen: number | null, costFen: number | null): { fen: number; percent: number } | null {
  if (priceFen === null || costFen === null || priceFen === 0) return null
  const fen = priceFen - costFen - Math.round((priceFen * COMMISSION_BP) / 10_000)
  return { fen, percent: Math.round((fen * 1000) / priceFen) / 10 }
}

export function useProductForm() {
  const fields = reactive({ title: '', category: '', price: '', marketPrice: '', cost: '', stock: '', description: '', onShelf: true })
  const picture = ref<Picture | null>(null)
  const tried = ref(false)

  function fill(product: DeskProductView): void {
    Object.assign(fields, {
      title: product.title,
      category: product.category,
      price: yuanInput(product.price_fen),
      marketPrice: yuanInput(product.market_price_fen),
      cost: yuanInput(product.cost_fen),
      stock: String(product.on_hand),
      description: product.description,
    })
    picture.value = product.picture
  }

  const priceFen = computed(() => parseYuan(fields.price))
  const costFen = computed(() => (fields.cost.trim() === '' ? null : parseYuan(fields.cost)))
  const marketFen = computed(() => (fields.marketPrice.trim() === '' ? null : parseYuan(fields.marketPrice)))
  const margin = computed(() => marginOf(priceFen.value, costFen.value))
  const stockCount = computed(() => (/^\d{1,6}$/.test(fields.stock.trim()) ? Number(fields.stock) : null))

  /** Names of what is missing or wrong; the page turns them into words. */
  const faults = computed(() => {
    const found: string[] = []
    const length = fields.title.trim().length
    if (length < 2 || length > 30) found.push('title')
    if (fields.category === '') found.push('category')
    if (picture.value === null) found.push('picture')
    if (priceFen.value === null || priceFen.value < 1) found.push('price')
    if (fields.cost.trim() !== '' && costFen.value === null) found.push('cost')
    if (fields.marketPrice.trim() !== '' && (marketFen.value === null || (priceFen.value !== null && marketFen.value < priceFen.value))) found.push('marketPrice')
    if (stockCount.value === null) found.push('stock')
    return found
  })

  /** Called only when there are no faults. */
  function choice(): PictureChoice {
    if (picture.value === null) throw new Error('A form without faults has a picture.')
    return picture.value.kind === 'art' ? { kind: 'art', key: picture.value.key } : { kind: 'file', file_id: picture.value.file_id }
  }

  const shared = () => ({
    title: fields.title.trim(),
    category: fields.category,
    price_fen: priceFen.value ?? 0,
    market_price_fen: marketFen.value,
    cost_fen: costFen.value,
    description: fields.description.trim(),
  })

  function toCreate(): ProductCreate {
    return { ...shared(), picture: choice(), on_hand: stockCount.value ?? 0, on_shelf: fields.onShelf }
  }

  function toUpdate(): ProductUpdate {
    return { ...shared(), picture: choice() }
  }

  return { fields, picture, tried, fill, priceFen, costFen, margin, faults, toCreate, toUpdate }
}
