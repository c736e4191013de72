import { describe, expect, it } from 'vitest'
import type { FreightTemplate, Registration } from '@/api/types'
import { citiesOf, groupToggled, namesOf, shortName, toggled } from '@/desk/freight/regionRules'
import { useFreightForm } from '@/desk/freight/useFreightForm'
import { firstStep, isDone, neighbour, remarksOf } from '@/desk/registration/steps'
import { traceWords } from '@/format/freight'
import { clockOf, minuteOf } from '@/format/hours'

const REGIONS = [
  { code: '650000', name: '新疆维吾尔自治区' },
  { code: '650100', name: '新疆维吾尔自治区乌鲁木齐市' },
  { code: '310000', name: '上海市' },
]
const form = (missing: string[], remarks: Registration['remarks'] = []): Registration => ({ missing, remarks }) as unknown as Registration

describe('steps of a registration', () => {
  it('open at what the lecturer objected to, else at the first that is missing', () => {
    expect(firstStep(form(['store', 'deposit']))).toBe('store')
    expect(firstStep(form(['deposit'], [{ field: 'papers', reason: '过期' }]))).toBe('papers')
    expect(firstStep(form([]))).toBe('agreement')
  })
  it('know what is done and what was objected to', () => {
    expect([isDone(form(['store']), 'store'), isDone(form(['store']), 'subject')]).toEqual([false, true])
    expect(remarksOf(form([], [{ field: 'name', reason: '换一个' }]), 'store')).toHaveLength(1)
  })
  it('end where they end', () => {
    expect([neighbour('subject', -1), neighbour('subject', 1), neighbour('agreement', 1)]).toEqual(['subject', 'store', 'agreement'])
  })
})

describe('regions of a freight template', () => {
  it('have short names and cities of their own', () => {
    expect(namesOf(REGIONS, ['65', '6501', '31'])).toEqual(['新疆', '新疆乌鲁木齐', '上海'])
    expect(citiesOf(REGIONS, '65')).toEqual([{ code: '6501', name: '乌鲁木齐市' }])
    expect(shortName('香港特别行政区')).toBe('香港')
  })
  it('take a province with its cities and split it for one', () => {
    expect(toggled(['6501'], '65')).toEqual(['65'])
    expect(toggled(['31', '65'], '6501')).toEqual(['31', '6501'])
    expect(toggled(['31'], '31')).toEqual([])
  })
  it('come and go by groups', () => {
    expect(groupToggled(['6501', '11'], ['61', '65'])).toEqual(['11', '61', '65'])
    expect(groupToggled(['11', '61', '65'], ['61', '65'])).toEqual(['11'])
  })
})

describe('the form of a freight template', () => {
  it('sends fen, and nothing while something is no number', () => {
    const { form: typed, body, addRow } = useFreightForm(null)
    expect(body.value).toBeNull()
    typed.name = ' 全国通用 '
    expect(body.value).toMatchObject({ name: '全国通用', charge_by: 'piece', tariff: { first: 1, first_fen: 800, more: 1, more_fen: 200 } })
    addRow()
    expect(body.value).toBeNull()
    typed.rows[0]?.regions.push('65')
    expect(body.value?.rows).toEqual([{ first: 1, first_fen: 800, more: 1, more_fen: 200, regions: ['65'] }])
    typed.tariff.moreYuan = '二元'
    expect(body.value).toBeNull()
  })
  it('gives a saved one back as it was', () => {
    const tariff = { first: 1000, first_fen: 1250, more: 500, more_fen: 305 }
    const saved = { name: '偏远', charge_by: 'weight', tariff, rows: [], free: [{ regions: ['61'], min_fen: 9900, min_pieces: null }], not_delivered: ['81'], is_default: true } as unknown as FreightTemplate
    expect(useFreightForm(saved).body.value).toEqual({ name: '偏远', charge_by: 'weight', tariff, rows: [], free: saved.free, not_delivered: ['81'], is_default: true })
  })
})

describe('words', () => {
  it('of a freight rule carry money as people read it', () => {
    expect(traceWords({ first: 1, first_fen: 800, more: 1, more_fen: 200, min_fen: 9900 })).toMatchObject({ firstFee: '¥8.00', moreFee: '¥2.00', min: '99.00' })
  })
  it('of hours come back as they were', () => {
    expect([clockOf(540), minuteOf('22:30'), minuteOf(clockOf(75))]).toEqual(['09:00', 1350, 75])
  })
})
