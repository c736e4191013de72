/** Arrow keys in a grid of cards: left, right, and up, down by where the cards really stand. */
import type { Ref } from 'vue'

export function useGridKeys(root: Ref<HTMLElement | null>) {
  return (event: KeyboardEvent): void => {
    const cards = Array.from(root.value?.querySelectorAll<HTMLElement>('[data-seat]') ?? [])
    const here = cards.indexOf(document.activeElement as HTMLElement)
    if (here < 0) return
    const top = cards[0]?.getBoundingClientRect().top
    const columns = Math.max(1, cards.filter((card) => card.getBoundingClientRect().top === top).length)
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    cards[here + move]?.focus()
  }
}
