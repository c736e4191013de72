import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n'

const sources = import.meta.glob<string>('../src/**/*.{vue,ts}', { eager: true, query: '?raw', import: 'default' })
const components = Object.entries(sources).filter(([path]) => path.endsWith('.vue'))
const withoutComments = (source: string): string => source.replaceAll(/<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

describe('texts', () => {
  it('has words for every key that the sources name', () => {
    const missing: string[] = []
    for (const [path, source] of Object.entries(sources))
      for (const [, key] of source.matchAll(/\bt\('([\w.-]+)'/g)) if (key !== undefined && !i18n.global.te(key)) missing.push(`${path}: ${key}`)
    expect(missing).toEqual([])
  })

  it('finds the words of codes that contain dots', () => {
    expect(i18n.global.t('trade.log.parcel.picked_up')).toBe('快递已揽收')
    expect(i18n.global.t('wallet.money.settlement')).toBe('货款到账')
  })

  it('lives in the locale files, not in components', () => {
    const strays = components.filter(([, source]) => /[\u4e00-\u9fff]/.test(withoutComments(source).replace(/replace\(\/\^.*?\//g, ''))).map(([path]) => path)
    expect(strays).toEqual([])
  })
})
