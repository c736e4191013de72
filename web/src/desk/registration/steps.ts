/** The steps of the form: their order, which are done, and where to begin. Pure. */
import type { Registration } from '@/api/types'

export const STEPS = ['subject', 'store', 'papers', 'deposit', 'agreement'] as const
export type Step = (typeof STEPS)[number]

/** Which fields of a returned form belong to which step. */
const FIELDS: Record<Step, readonly string[]> = {
  subject: ['subject'],
  store: ['name', 'intro', 'logo', 'categories'],
  papers: ['papers'],
  deposit: [],
  agreement: ['agreement'],
}

export const isDone = (form: Registration, step: Step): boolean => !form.missing.includes(step)

export function remarksOf(form: Registration, step: Step): Registration['remarks'] {
  return form.remarks.filter((remark) => FIELDS[step].includes(remark.field))
}

/** Where a form opens: at the first thing the lecturer objected to, else at the first step that is missing. */
export function firstStep(form: Registration): Step {
  return STEPS.find((step) => remarksOf(form, step).length > 0) ?? STEPS.find((step) => !isDone(form, step)) ?? 'agreement'
}

export function neighbour(step: Step, by: 1 | -1): Step {
  return STEPS[STEPS.indexOf(step) + by] ?? step
}
