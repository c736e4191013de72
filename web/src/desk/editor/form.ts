/** What is typed in the product editor, and how it becomes a draft or a request. Pure: no network, no Vue. */
import type { AttributeForm, AttributeValue, DeskProductView, DeskSku, DetailBlock, DraftView, LeafForm, Picture, PictureChoice, ProductDraft, ProductUpdate, SpecView } from '@/api/types'
import { parseYuan, yuanInput } from '@/format/money'

export interface SkuRow {
  spec: string[]
  price: string
  marketPrice: string
  cost: string
  stock: string
  code: string
  weight: string
  picture: Picture | null
  /** Units in the house as the server told them; null for a spec that is new. */
  onHand: number | null
}

export interface EditorForm {
  title: string
  category: string
  attributes: Record<string, string | boolean | string[]>
  pictures: Picture[]
  detail: DetailBlock[]
  merchantCode: string
  freightTemplateId: string | null
  specs: SpecView[]
  skus: SkuRow[]
}

export const TITLE_BYTES = 60
export const PICTURES = 5
export const NAMES = 3
export const VALUES = 20
export const SKUS = 200

export const emptyRow = (spec: string[]): SkuRow => ({ spec, price: '', marketPrice: '', cost: '', stock: '', code: '', weight: '', picture: null, onHand: null })
export const emptyForm = (): EditorForm => ({ title: '', category: '', attributes: {}, pictures: [], detail: [], merchantCode: '', freightTemplateId: null, specs: [], skus: [emptyRow([])] })

/** Bytes of GBK: one for ASCII, two for everything else; a title has 60 of them. */
export function titleBytes(title: string): number {
  return Array.from(title).reduce((sum, char) => sum + ((char.codePointAt(0) ?? 0) < 128 ? 1 : 2), 0)
}

export const specKey = (spec: readonly string[]): string => JSON.stringify(spec)

/** A product's draft if it has one, else what is published. */
export function formOf(product: DeskProductView): EditorForm {
  const content: DeskProductView | DraftView = product.draft ?? product
  const known = new Map(product.skus.map((sku) => [specKey(sku.spec), sku]))
  const skus = content.skus.map((sku) => rowOf(sku, known.get(specKey(sku.spec))))
  return {
    title: content.title,
    category: content.category,
    attributes: Object.fromEntries(Object.entries(content.attributes).map(([code, value]) => [code, typeof value === 'number' ? String(value) : value])),
    pictures: [...content.pictures],
    detail: content.detail.map((block) => ({ ...block })),
    merchantCode: content.merchant_code,
    freightTemplateId: content.freight_template_id,
    specs: content.specs.map((spec) => ({ name: spec.name, values: [...spec.values] })),
    skus: skus.length > 0 ? skus : [emptyRow([])],
  }
}

function rowOf(sku: DeskSku | DraftView['skus'][number], known: DeskSku | undefined): SkuRow {
  const onHand = sku.on_hand ?? known?.on_hand ?? null
  return {
    spec: [...sku.spec],
    price: yuanInput(sku.price_fen),
    marketPrice: yuanInput(sku.market_price_fen),
    cost: yuanInput(sku.cost_fen),
    stock: onHand === null ? '' : String(onHand),
    code: sku.code,
    weight: sku.weight_g === 0 ? '' : String(sku.weight_g),
    picture: sku.picture,
    onHand: known?.on_hand ?? null,
  }
}

const amount = (text: string): number | null => (text.trim() === '' ? null : parseYuan(text))
const whole = (text: string): number | null => (/^\d{1,7}$/.test(text.trim()) ? Number(text) : null)
const chosen = (picture: Picture): PictureChoice => (picture.kind === 'art' ? { kind: 'art', key: picture.key } : { kind: 'file', file_id: picture.file_id })

/** Names and values as far as they are sound, so that what is half typed never reaches a request. */
export function soundSpecs(specs: readonly SpecView[]): SpecView[] {
  const named = specs.map((spec) => ({ name: spec.name.trim(), values: [...new Set(spec.values.map((value) => value.trim()).filter((value) => value !== ''))] }))
  return named.filter((spec, index) => spec.name !== '' && spec.values.length > 0 && named.findIndex((other) => other.name === spec.name) === index)
}

export function combinations(specs: readonly SpecView[]): string[][] {
  return specs.reduce<string[][]>((rows, spec) => rows.flatMap((row) => spec.values.map((value) => [...row, value])), [[]])
}

/** Attributes as their leaf wants them; what cannot be one (a number in letters) is left out, required or not. */
function attributesOf(form: EditorForm, leaf: LeafForm | null): Record<string, AttributeValue> {
  const given: Record<string, AttributeValue> = {}
  for (const attribute of leaf?.attributes ?? []) {
    const value = form.attributes[attribute.code]
    const ready = value === undefined ? null : valueOf(attribute, value)
    if (ready !== null) given[attribute.code] = ready
  }
  return given
}

function valueOf(attribute: AttributeForm, value: string | boolean | string[]): AttributeValue | null {
  if (typeof value !== 'string') return Array.isArray(value) && value.length === 0 ? null : value
  const text = value.trim()
  if (text === '') return null
  return attribute.kind === 'number' ? whole(text) : text
}

export function toDraft(form: EditorForm, leaf: LeafForm | null): ProductDraft {
  return {
    title: form.title.trim(),
    category: leaf?.code ?? '',
    attributes: attributesOf(form, leaf),
    pictures: form.pictures.map(chosen),
    detail: form.detail.filter((block) => block.kind !== 'text' || block.text.trim() !== '').map((block) => (block.kind === 'text' ? { kind: 'text', text: block.text.trim() } : { kind: 'picture', picture: chosen(block.picture) })),
    merchant_code: form.merchantCode.trim(),
    freight_template_id: form.freightTemplateId,
    specs: soundSpecs(form.specs),
    skus: form.skus.map((row) => ({
      spec: row.spec,
      price_fen: amount(row.price) === 0 ? null : amount(row.price),
      market_price_fen: amount(row.marketPrice) === 0 ? null : amount(row.marketPrice),
      cost_fen: amount(row.cost),
      code: row.code.trim(),
      weight_g: whole(row.weight) ?? 0,
      picture: row.picture === null ? null : chosen(row.picture),
      // A number that nobody touched is not sent: units may have been sold since the page was opened.
      on_hand: row.onHand !== null && row.stock.trim() === String(row.onHand) ? null : whole(row.stock),
    })),
  }
}

/** Called only when there are no faults. */
export function toUpdate(form: EditorForm, leaf: LeafForm, onShelf: boolean | null): ProductUpdate {
  const draft = toDraft(form, leaf)
  return {
    title: form.title.trim(),
    category: leaf.code,
    attributes: draft.attributes ?? {},
    pictures: draft.pictures ?? [],
    detail: draft.detail ?? [],
    merchant_code: draft.merchant_code ?? '',
    freight_template_id: form.freightTemplateId,
    specs: draft.specs ?? [],
    skus: (draft.skus ?? []).map((sku) => ({ ...sku, price_fen: sku.price_fen ?? 0 })),
    on_shelf: onShelf,
  }
}

export interface Fault {
  /** The server's pointer of the field, without the slash in front. */
  field: string
  text: string
  params?: Record<string, string | number>
}

/** What is missing or wrong, in the order of the page; the page turns it into words. */
export function faultsOf(form: EditorForm, leaf: LeafForm | null): Fault[] {
  const found: Fault[] = []
  if (form.title.trim().length < 2) found.push({ field: 'title', text: 'title' })
  else if (titleBytes(form.title.trim()) > TITLE_BYTES) found.push({ field: 'title', text: 'titleLong' })
  if (leaf === null) found.push({ field: 'category', text: 'category' })
  for (const attribute of leaf?.attributes ?? []) found.push(...attributeFault(attribute, form.attributes[attribute.code]))
  if (form.pictures.length === 0) found.push({ field: 'pictures', text: 'pictures' })
  const sound = soundSpecs(form.specs)
  form.specs.forEach((spec, index) => {
    if (!sound.some((one) => one.name === spec.name.trim() && one.values.length === spec.values.length)) found.push({ field: `specs/${String(index)}`, text: 'spec' })
  })
  form.skus.forEach((row, index) => found.push(...skuFaults(row, `skus/${String(index)}`)))
  return found
}

function attributeFault(attribute: AttributeForm, value: string | boolean | string[] | undefined): Fault[] {
  const field = `attributes/${attribute.code}`
  const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0) || (typeof value === 'string' && value.trim() === '')
  if (empty) return attribute.required ? [{ field, text: 'attribute', params: { name: attribute.name } }] : []
  if (attribute.kind !== 'number') return []
  const number = typeof value === 'string' ? whole(value) : null
  const lowest = attribute.min ?? 0
  const highest = attribute.max ?? 1_000_000_000
  return number === null || number < lowest || number > highest ? [{ field, text: 'number', params: { min: lowest, max: highest, unit: attribute.unit } }] : []
}

function skuFaults(row: SkuRow, place: string): Fault[] {
  const found: Fault[] = []
  const price = amount(row.price)
  const market = amount(row.marketPrice)
  if (price === null || price < 1) found.push({ field: `${place}/price_fen`, text: 'price' })
  if (row.marketPrice.trim() !== '' && (market === null || (price !== null && market < price))) found.push({ field: `${place}/market_price_fen`, text: 'marketPrice' })
  if (row.cost.trim() !== '' && amount(row.cost) === null) found.push({ field: `${place}/cost_fen`, text: 'cost' })
  if (whole(row.stock) === null) found.push({ field: `${place}/on_hand`, text: 'stock' })
  if (row.weight.trim() !== '' && whole(row.weight) === null) found.push({ field: `${place}/weight_g`, text: 'weight' })
  return found
}

/** What one unit earns after cost and commission, freight not counted. */
export function marginOf(priceFen: number | null, costFen: number | null, commissionBp = 500): { fen: number; percent: number } | null {
  if (priceFen === null || costFen === null || priceFen === 0) return null
  const fen = priceFen - costFen - Math.round((priceFen * commissionBp) / 10_000)
  return { fen, percent: Math.round((fen * 1000) / priceFen) / 10 }
}
