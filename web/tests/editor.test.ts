import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'
import type { LeafForm } from '@/api/types'
import { combinations, emptyForm, emptyRow, faultsOf, soundSpecs, titleBytes, toDraft, toUpdate, type EditorForm } from '@/desk/editor/form'
import { kept } from '@/desk/editor/useCrop'
import { useSkuRows } from '@/desk/editor/useSkuRows'

const field = { options: [], unit: '', min: null, max: null, max_length: 20, hint: '' }
const leaf: LeafForm = {
  code: 'tea', name: '茶叶', top_name: '茶饮', label: '示例', specs: ['净含量'], qualification: null,
  attributes: [{ ...field, code: 'origin', name: '产地', kind: 'text', required: true }, { ...field, code: 'net', name: '净含量', kind: 'number', required: true, unit: 'g', min: 1, max: 5000 }],
}
const sound = (): EditorForm => ({
  ...emptyForm(), title: '明前绿茶 100g', category: 'tea', attributes: { origin: '安徽', net: '100' }, pictures: [{ kind: 'art', key: 'tea' }],
  skus: [{ ...emptyRow([]), price: '58', stock: '10' }],
})

describe('a title', () => {
  it('is counted as GBK counts: two for a Chinese character, one for a letter', () => {
    expect(titleBytes('绿茶 100g')).toBe(9)
    expect(titleBytes('蜜'.repeat(30))).toBe(60)
    expect(faultsOf({ ...sound(), title: '蜜'.repeat(31) }, leaf)).toEqual([{ field: 'title', text: 'titleLong' }])
  })
})

describe('the matrix', () => {
  it('is every combination, in the order of the names', () => {
    expect(combinations([{ name: '颜色', values: ['红', '蓝'] }, { name: '尺码', values: ['M', 'L'] }])).toEqual([['红', 'M'], ['红', 'L'], ['蓝', 'M'], ['蓝', 'L']])
    expect(combinations([])).toEqual([[]])
  })
  it('leaves out what is half typed or stands there twice', () => {
    expect(soundSpecs([{ name: ' 颜色 ', values: ['红', '', '红 '] }, { name: '', values: ['x'] }, { name: '颜色', values: ['绿'] }])).toEqual([{ name: '颜色', values: ['红'] }])
  })
  it('brings back what was typed when a value returns, and gives new rows the first price', async () => {
    const form = ref<EditorForm>({ ...sound(), specs: [] })
    const rows = useSkuRows(form)
    form.value.specs = [{ name: '颜色', values: ['红', '蓝'] }]
    await nextTick()
    expect(form.value.skus.map((row) => [row.spec, row.price, row.stock])).toEqual([[['红'], '58', ''], [['蓝'], '58', '']])
    rows.fill('stock', '7')
    form.value.specs = [{ name: '颜色', values: ['红'] }]
    await nextTick()
    expect(form.value.skus).toHaveLength(1)
    form.value.specs = [{ name: '颜色', values: ['红', '蓝'] }]
    await nextTick()
    expect(form.value.skus[1]?.stock).toBe('7')
  })
})

describe('a form', () => {
  it('without faults has none, and says each that it has at its field', () => {
    expect(faultsOf(sound(), leaf)).toEqual([])
    const wrong = { ...sound(), attributes: { net: '9000' }, pictures: [], skus: [{ ...emptyRow([]), price: '0', marketPrice: 'x', stock: '1.5' }] }
    expect(faultsOf(wrong, leaf).map((fault) => fault.field)).toEqual(['attributes/origin', 'attributes/net', 'pictures', 'skus/0/price_fen', 'skus/0/market_price_fen', 'skus/0/on_hand'])
    expect(faultsOf(sound(), null).map((fault) => fault.field)).toEqual(['category'])
  })
  it('becomes a request with whole numbers, and a draft that leaves out what is no number yet', () => {
    expect(toUpdate(sound(), leaf, true)).toMatchObject({ category: 'tea', attributes: { origin: '安徽', net: 100 }, skus: [{ price_fen: 5800, on_hand: 10, cost_fen: null }], on_shelf: true })
    expect(toDraft({ ...sound(), attributes: { net: '1x' } }, leaf).attributes).toEqual({})
  })
  it('sends no stock that nobody touched', () => {
    const form = { ...sound(), skus: [{ ...emptyRow([]), price: '58', stock: '10', onHand: 10 }] }
    expect(toDraft(form, leaf).skus?.[0]?.on_hand).toBeNull()
    expect(toDraft({ ...form, skus: form.skus.map((row) => ({ ...row, stock: '12' })) }, leaf).skus?.[0]?.on_hand).toBe(12)
  })
})

describe('a cut', () => {
  it('never leaves the photo', () => {
    expect(kept({ x: 0, y: 5000, zoom: 1 }, 800, 600)).toEqual({ x: 300, y: 300, zoom: 1 })
    expect(kept({ x: 10, y: 590, zoom: 9 }, 800, 600)).toEqual({ x: 75, y: 525, zoom: 4 })
  })
})
