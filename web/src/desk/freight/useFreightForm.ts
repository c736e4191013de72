/** What is typed into a freight template, in yuan and as text, and what the server is sent: fen and whole numbers. */
import { computed, reactive } from 'vue'
import type { FreightTemplate, FreightTemplateWrite, Tariff } from '@/api/types'
import { parseYuan, yuanInput } from '@/format/money'

export interface TariffForm { first: string; firstYuan: string; more: string; moreYuan: string }
export interface RowForm extends TariffForm { regions: string[] }
export interface FreeForm { regions: string[]; yuan: string; pieces: string }

/** What most stores begin with: the first piece 8 yuan, each further 2. 示例. */
const FIRST: Record<'piece' | 'weight', TariffForm> = {
  piece: { first: '1', firstYuan: '8.00', more: '1', moreYuan: '2.00' },
  weight: { first: '1000', firstYuan: '8.00', more: '1000', moreYuan: '4.00' },
}

const tariffForm = (tariff: Tariff): TariffForm => ({ first: String(tariff.first), firstYuan: yuanInput(tariff.first_fen), more: String(tariff.more), moreYuan: yuanInput(tariff.more_fen) })

function whole(text: string): number | null {
  const plain = text.trim()
  return /^\d{1,7}$/.test(plain) && Number(plain) > 0 ? Number(plain) : null
}

function tariffOf(form: TariffForm): Tariff | null {
  const [first, first_fen, more, more_fen] = [whole(form.first), parseYuan(form.firstYuan), whole(form.more), parseYuan(form.moreYuan)]
  return first === null || first_fen === null || more === null || more_fen === null ? null : { first, first_fen, more, more_fen }
}

export function useFreightForm(saved: FreightTemplate | null) {
  const form = reactive({
    name: saved?.name ?? '',
    chargeBy: saved?.charge_by ?? ('piece' as 'piece' | 'weight'),
    tariff: saved === null ? { ...FIRST.piece } : tariffForm(saved.tariff),
    rows: (saved?.rows ?? []).map((row): RowForm => ({ ...tariffForm(row), regions: [...row.regions] })),
    free: (saved?.free ?? []).map((one): FreeForm => ({ regions: [...one.regions], yuan: yuanInput(one.min_fen), pieces: one.min_pieces === null ? '' : String(one.min_pieces) })),
    notDelivered: [...(saved?.not_delivered ?? [])],
    isDefault: saved?.is_default ?? false,
  })

  function charge(by: 'piece' | 'weight'): void {
    form.chargeBy = by
    form.tariff = { ...FIRST[by] }
    form.rows = form.rows.map((row) => ({ ...FIRST[by], regions: row.regions }))
  }

  const addRow = (): void => void form.rows.push({ ...form.tariff, regions: [] })
  const addFree = (): void => void form.free.push({ regions: [], yuan: '', pieces: '' })

  /** Null while something that was typed is no number. */
  const body = computed<FreightTemplateWrite | null>(() => {
    const tariff = tariffOf(form.tariff)
    const rows: FreightTemplateWrite['rows'] = []
    for (const row of form.rows) {
      const found = tariffOf(row)
      if (found === null || row.regions.length === 0) return null
      rows.push({ ...found, regions: row.regions })
    }
    const free: FreightTemplateWrite['free'] = []
    for (const one of form.free) {
      const [min_fen, min_pieces] = [one.yuan === '' ? null : parseYuan(one.yuan), one.pieces === '' ? null : whole(one.pieces)]
      if ((one.yuan !== '' && min_fen === null) || (one.pieces !== '' && min_pieces === null)) return null
      free.push({ regions: one.regions, min_fen, min_pieces })
    }
    if (tariff === null || form.name.trim() === '') return null
    return { name: form.name.trim(), charge_by: form.chargeBy, tariff, rows, free, not_delivered: form.notDelivered, is_default: form.isDefault }
  })

  return { form, body, charge, addRow, addFree }
}
