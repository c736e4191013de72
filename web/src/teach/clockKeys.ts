/** Where a key belongs to what has the focus, and not to the clock. Pure but for the element it looks at. */

const TYPED_IN = 'input:not([type="checkbox"], [type="radio"], [type="button"]), textarea, select, [contenteditable]'
const OWN_KEYS = `${TYPED_IN}, [role="dialog"], [role="alertdialog"]`

/** Text fields and dialogs keep their keys. A button or link that was clicked last does not: space stops the clock. */
export function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OWN_KEYS) !== null
}
