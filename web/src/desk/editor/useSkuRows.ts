/** Keeps one row per combination of values while names and values are edited: what was typed comes back with its value. */
import { watch, type Ref } from 'vue'
import { combinations, emptyRow, SKUS, soundSpecs, specKey, type EditorForm, type SkuRow } from './form'

export type FillField = 'price' | 'marketPrice' | 'cost' | 'stock' | 'code' | 'weight'

export function useSkuRows(form: Ref<EditorForm>) {
  const memory = new Map<string, SkuRow>()

  function remember(): void {
    for (const row of form.value.skus) memory.set(specKey(row.spec), row)
  }

  const outline = (): string => JSON.stringify(soundSpecs(form.value.specs))
  let loaded = outline()

  /** Called after a product was put into the form: its rows are the truth, even where combinations are left out. */
  function reset(): void {
    memory.clear()
    remember()
    loaded = outline()
  }

  /** Stops selling one combination; it comes back when the specs are changed. */
  function drop(index: number): void {
    form.value.skus.splice(index, 1)
  }

  watch(
    outline,
    (now) => {
      if (now === loaded) return
      loaded = ''
      remember()
      const wanted = combinations(soundSpecs(form.value.specs)).slice(0, SKUS)
      // The first row of a new matrix inherits what was typed before there was one.
      const first = form.value.skus[0]
      form.value.skus = wanted.map((spec) => memory.get(specKey(spec)) ?? inherited(spec, first))
    },
  )

  function fill(field: FillField, value: string): void {
    for (const row of form.value.skus) row[field] = value
  }

  return { reset, fill, drop }
}

function inherited(spec: string[], from: SkuRow | undefined): SkuRow {
  if (from === undefined) return emptyRow(spec)
  return { ...emptyRow(spec), price: from.price, marketPrice: from.marketPrice, cost: from.cost, weight: from.weight }
}
