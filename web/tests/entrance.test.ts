import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '@/i18n'
import EntranceCode from '@/parts/EntranceCode.vue'

const code = (url: string) => ({ url, size: 3, path: 'M1 1h1v1h-1z' })
const asked: string[] = []

async function show(ways: unknown[], path?: string) {
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url).search)
    return new Response(JSON.stringify({ ways }), { headers: { 'content-type': 'application/json' } })
  })
  const part = mount(EntranceCode, { props: path === undefined ? {} : { path }, global: { plugins: [i18n, VueQueryPlugin] } })
  await flushPromises()
  return part
}

afterEach(() => {
  vi.unstubAllGlobals()
  asked.length = 0
})

describe('entrance', () => {
  it('draws what the server drew and writes the address out', async () => {
    const part = await show([{ adapter: 'wlan0', code: code('http://192.168.1.5:8000/check'), setup: null }], '/check')
    expect(asked).toEqual(['?path=%2Fcheck'])
    expect(part.findAll('svg')).toHaveLength(1)
    expect(part.get('svg').attributes('viewBox')).toBe('0 0 3 3')
    expect(part.get('path').attributes('d')).toBe('M1 1h1v1h-1z')
    expect(part.text()).toContain('http://192.168.1.5:8000/check')
    expect(part.findAll('button')).toHaveLength(0)
  })

  it('shows the certificate first where one is needed', async () => {
    const part = await show([{ adapter: '', code: code('https://192.168.1.5:8443/'), setup: code('http://192.168.1.5:8000/setup') }])
    expect(part.findAll('.url').map((url) => url.text())).toEqual(['http://192.168.1.5:8000/setup', 'https://192.168.1.5:8443/'])
  })

  it('offers the other adapters', async () => {
    const part = await show([
      { adapter: 'wlan0', code: code('http://192.168.1.5:8000/'), setup: null },
      { adapter: 'eth0', code: code('http://10.0.0.5:8000/'), setup: null },
    ])
    await part.findAll('button')[1]?.trigger('click')
    expect(part.findAll('.url').map((url) => url.text())).toEqual(['http://10.0.0.5:8000/'])
  })

  it('says how to let the room in when only this machine is served', async () => {
    const part = await show([])
    expect(part.find('svg[role="img"]').exists()).toBe(false)
    expect(part.text()).toContain('--lan')
  })
})
