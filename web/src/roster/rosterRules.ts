/** What an import allows and how its rows are marked. Pure; the words are the page's and the server's. */
import type { RosterColumn, RosterImport, RosterMark, RosterRow } from '@/api/types'

export const LARGEST_BYTES = 5 * 1024 * 1024

export type FileFault = 'empty' | 'tooLarge' | 'kind'

/** What is plainly wrong with a chosen file before it is sent; the server judges its content. */
export function faultOf(file: { name: string; size: number }): FileFault | null {
  if (file.size === 0) return 'empty'
  if (file.size > LARGEST_BYTES) return 'tooLarge'
  return /\.(xlsx|xls|xlsm)$/i.test(file.name) ? null : 'kind'
}

export const isBusy = (view: RosterImport): boolean => view.state === 'checking' || view.state === 'importing'
export const seatsToGive = (view: RosterImport): number => view.summary.new_people + view.summary.known_people
export const mayImport = (view: RosterImport): boolean => view.state === 'checked' && view.rows_wrong === 0 && view.has_file && seatsToGive(view) > 0
export const mayGetMarked = (view: RosterImport): boolean => view.state === 'checked' && view.is_mine && view.has_file && view.has_preview && view.summary.errors + view.summary.warnings > 0

/** Whole percent done; before the number of rows is known, none. */
export function percentOf(view: RosterImport): number {
  return view.rows_total === 0 ? 0 : Math.min(100, Math.floor((view.rows_done * 100) / view.rows_total))
}

export const marksAt = (row: RosterRow, column: RosterColumn): RosterMark[] => row.marks.filter((mark) => mark.column === column)

/** The gravest mark of a cell decides its colour. */
export function levelOf(marks: readonly RosterMark[]): RosterMark['level'] | null {
  return (['error', 'warning', 'note'] as const).find((level) => marks.some((mark) => mark.level === level)) ?? null
}

/** Marks whose column the sheet does not have: they stand beside the row. */
export const marksBeside = (row: RosterRow, columns: readonly RosterColumn[]): RosterMark[] => row.marks.filter((mark) => !columns.includes(mark.column))
