import { describe, expect, it } from 'vitest'
import { takesKeys } from '@/teach/clockKeys'

function at(html: string, selector: string): Element {
  document.body.innerHTML = html
  const found = document.querySelector(selector)
  if (found === null) throw new Error(selector)
  return found
}

describe('takesKeys', () => {
  it('leaves text fields and dialogs their keys', () => {
    expect(takesKeys(at('<input>', 'input'))).toBe(true)
    expect(takesKeys(at('<textarea></textarea>', 'textarea'))).toBe(true)
    expect(takesKeys(at('<div role="dialog"><button></button></div>', 'button'))).toBe(true)
  })

  it('lets the clock hear keys wherever else the focus is', () => {
    expect(takesKeys(at('<button>1×</button>', 'button'))).toBe(false)
    expect(takesKeys(at('<a href="/teach">x</a>', 'a'))).toBe(false)
    expect(takesKeys(at('<input type="checkbox">', 'input'))).toBe(false)
    expect(takesKeys(document.body)).toBe(false)
    expect(takesKeys(null)).toBe(false)
  })
})
