import { describe, expect, it } from 'vitest'
import type { RosterImport, RosterMark, RosterRow } from '@/api/types'
import { zhCN } from '@/locales/zh-CN'
import { faultOf, isBusy, LARGEST_BYTES, levelOf, marksAt, marksBeside, mayGetMarked, mayImport, percentOf } from '@/roster/rosterRules'

const summary: RosterImport['summary'] = { errors: 0, warnings: 0, new_people: 29, known_people: 1, repeated: 0, seated_before: 0, seated: 0, new_classes: [], new_class_count: 0, sheet: '名册', examples: [], ignored: [] }
const view: RosterImport = { id: 'i', cohort_id: 'c', file_name: '名册.xlsx', state: 'checked', rows_total: 30, rows_done: 30, rows_wrong: 0, summary, failure: null, is_mine: true, has_file: true, has_preview: true, can_undo: false, created_at: '', finished_at: null }
const mark = (column: RosterMark['column'], level: RosterMark['level']): RosterMark => ({ column, level, cell: 'C7', code: 'kernel.roster.id_checksum', message: '' })

describe('a chosen file', () => {
  it('is refused early only for what is plain', () => {
    expect(faultOf({ name: '名册.XLSX', size: 9000 })).toBeNull()
    expect(faultOf({ name: '名册.xls', size: LARGEST_BYTES })).toBeNull()
    expect(faultOf({ name: '名册.xlsx', size: 0 })).toBe('empty')
    expect(faultOf({ name: '名册.xlsx', size: LARGEST_BYTES + 1 })).toBe('tooLarge')
    expect(faultOf({ name: '名册.csv', size: 10 })).toBe('kind')
  })
})

describe('an import', () => {
  it('goes in with warnings, never with errors, a lost file or nobody new', () => {
    expect(mayImport({ ...view, summary: { ...summary, warnings: 3 } })).toBe(true)
    expect(mayImport({ ...view, rows_wrong: 1 })).toBe(false)
    expect(mayImport({ ...view, has_file: false })).toBe(false)
    expect(mayImport({ ...view, state: 'imported' })).toBe(false)
    expect(mayImport({ ...view, summary: { ...summary, new_people: 0, known_people: 0, seated_before: 30 } })).toBe(false)
  })
  it('gives the workbook back to its owner when there is something to see', () => {
    const marked = { ...view, rows_wrong: 1, summary: { ...summary, errors: 1 } }
    expect(mayGetMarked(marked)).toBe(true)
    expect(mayGetMarked({ ...marked, is_mine: false })).toBe(false)
    expect(mayGetMarked({ ...marked, has_file: false })).toBe(false)
    expect(mayGetMarked(view)).toBe(false)
  })
  it('says how far it is', () => {
    expect([percentOf({ ...view, rows_total: 0, rows_done: 0 }), percentOf({ ...view, rows_total: 3, rows_done: 2 }), percentOf(view)]).toEqual([0, 66, 100])
    expect([isBusy({ ...view, state: 'checking' }), isBusy({ ...view, state: 'importing' }), isBusy(view)]).toEqual([true, true, false])
  })
})

describe('marks', () => {
  const row: RosterRow = { row: 7, cells: { name: '张三' }, marks: [mark('name', 'note'), mark('name', 'error'), mark('gender', 'warning')] }
  it('stand at their cell, or beside the row when the sheet has no such column', () => {
    expect(marksAt(row, 'name')).toHaveLength(2)
    expect(marksBeside(row, ['name', 'id_number'])).toEqual([mark('gender', 'warning')])
  })
  it('colour the cell by the gravest', () => {
    expect([levelOf(marksAt(row, 'name')), levelOf(marksAt(row, 'gender')), levelOf([])]).toEqual(['error', 'warning', null])
  })
  it('have words for every column, level and state', () => {
    const states: Record<RosterImport['state'], string> = zhCN.roster.state
    const columns: Record<RosterMark['column'], string> = zhCN.roster.column
    const levels: Record<RosterMark['level'], string> = zhCN.roster.level
    expect([states, columns, levels].flatMap((texts) => Object.values(texts)).every((text) => text.length > 0)).toBe(true)
  })
})
