/** The drawings a product may use, by category. The JSON beside this file is the same list for the server. */
import catalogue from './catalogue.json'

export interface Drawing {
  key: string
  name: string
  category: string
}

export interface DrawingCategory {
  code: string
  name: string
  art: string
}

export const drawings: readonly Drawing[] = catalogue.pictures
export const drawingCategories: readonly DrawingCategory[] = catalogue.categories

const files = import.meta.glob<string>('./art/*.svg', { eager: true, query: '?url', import: 'default' })

/** Address of a drawing; null when the key is not in the catalogue. */
export function drawingUrl(key: string): string | null {
  return files[`./art/${key}.svg`] ?? null
}

export function drawingName(key: string): string {
  return drawings.find((drawing) => drawing.key === key)?.name ?? ''
}
