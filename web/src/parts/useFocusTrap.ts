/** Keeps the focus inside an open sheet, closes it on Esc, gives the focus back to where it came from. */
import { nextTick, onBeforeUnmount, watch, type Ref } from 'vue'

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), select:not([disabled]), [tabindex="0"]'

export function useFocusTrap(root: Readonly<Ref<HTMLElement | null>>, isOpen: () => boolean, close: () => void): void {
  let cameFrom: HTMLElement | null = null

  function onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
      return
    }
    if (event.key !== 'Tab' || root.value === null) return
    const stops = [...root.value.querySelectorAll<HTMLElement>(FOCUSABLE)]
    const first = stops[0]
    const last = stops.at(-1)
    if (first === undefined || last === undefined) return
    const active = document.activeElement
    if (event.shiftKey && (active === first || active === root.value)) {
      event.preventDefault()
      last.focus()
    } else if (!event.shiftKey && active === last) {
      event.preventDefault()
      first.focus()
    }
  }

  function release(): void {
    document.removeEventListener('keydown', onKey, true)
    document.documentElement.classList.remove('kd-noscroll')
    cameFrom?.focus()
    cameFrom = null
  }

  watch(isOpen, async (open) => {
    if (!open) {
      release()
      return
    }
    cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null
    document.addEventListener('keydown', onKey, true)
    document.documentElement.classList.add('kd-noscroll')
    await nextTick()
    root.value?.focus()
  }, { immediate: true, flush: 'post' })
  onBeforeUnmount(release)
}
