import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { DeviceRoom } from '@/api/types'
import { jitter, kbitOf, median, megabits, wholeMs } from '@/check/figures'
import { nameBrowser } from '@/check/probes/machine'
import { probeMedia, stateOf } from '@/check/probes/media'
import { STEPS, useCheck, type Probes } from '@/check/useCheck'
import { countOf, curesOf } from '@/teach/deviceRules'

type Api = NonNullable<Parameters<typeof useCheck>[1]>

const good: Probes = {
  probeBrowser: () => ({ name: 'chromium', version: 128, system: 'windows', in_app: false, missing: [] }),
  probeMachine: () => ({ screen: { width: 1440, height: 900, touch: false }, storage: { cookies: true, local: true }, hardware: { cores: 4, memory_gb: null } }),
  probeLatency: async () => ({ latency: { median_ms: 12, jitter_ms: 3, lost: 0 }, clock_offset_ms: 5 }),
  probeDownload: async () => ({ bytes: 8_000_000, ms: 1000 }),
  probeUpload: async () => ({ bytes: 500_000, ms: 400 }),
  probeSocket: async () => ({ connected: true, round_trip_ms: 4 }),
  probeMedia: async () => ({ camera: 'ok', microphone: 'ok' }),
}
const plan = { test: 'token', lane: { granted: true, ahead: 0 }, download_bytes: 8_000_000, download_seconds: 4, upload_pieces: [65_536] }

function server(changes: Partial<Record<keyof Api, unknown>> = {}) {
  const judgeMeasures = vi.fn(async () => ({
    verdict: 'warn', rules: 'device-1', rules_label: '示例',
    findings: [{ part: 'storage', code: 'storage.local', level: 'warn', title: '不让保存草稿', cure: '退出无痕窗口' }],
  }))
  const api = { judgeMeasures, beginTest: vi.fn(async () => plan), enterLane: vi.fn(), leaveLane: vi.fn(async () => undefined), keepCheck: vi.fn(async () => 'kept'), ...changes }
  return api as unknown as Api & typeof api
}

describe('figures', () => {
  it('finds the middle and the unrest', () => {
    expect([median([]), median([7]), median([9, 1, 5]), median([1, 2, 4, 9])]).toEqual([0, 7, 5, 3])
    expect([jitter([]), jitter([5]), jitter([10, 14, 8])]).toEqual([0, 0, 5])
  })
  it('never flatters a line', () => {
    expect(kbitOf({ bytes: 412_499, ms: 1000 })).toBe(3299)
    expect([megabits(3299), megabits(99), megabits(100_000)]).toEqual(['3.2', '0.0', '100.0'])
    expect([wholeMs(0.2), wholeMs(0.2, 1), wholeMs(90_000)]).toEqual([0, 1, 60_000])
  })
})

describe('nameBrowser', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36', 'chromium', 109, 'windows', false],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0', 'chromium', 126, 'windows', false],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1', 'safari', 15, 'ios', false],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 14_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.40 Language/zh_CN', 'safari', 14, 'ios', true],
    ['Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0', 'chromium', 116, 'android', true],
    ['Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1', 'chromium', 114, 'harmony', false],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'firefox', 128, 'linux', false],
    ['Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko', 'other', 0, 'windows', false],
  ])('knows %s', (agent, name, version, system, in_app) => {
    expect(nameBrowser(agent)).toEqual({ name, version, system, in_app })
  })
})

describe('probeMedia', () => {
  it('names each refusal of a browser', () => {
    const named = (name: string): Error => Object.assign(new Error(name), { name })
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'AbortError'].map((name) => stateOf(named(name)))).toEqual(['denied', 'none', 'busy', 'busy'])
  })
  it('knows that plain http hides the camera', async () => {
    vi.stubGlobal('navigator', {})
    vi.stubGlobal('isSecureContext', false)
    expect(await probeMedia(() => undefined)).toEqual({ camera: 'insecure', microphone: 'insecure' })
    vi.unstubAllGlobals()
  })
})

describe('useCheck', () => {
  it('measures every step and keeps what it measured', async () => {
    const api = server()
    const check = useCheck(good, api)
    expect(await check.run(true)).toBe(true)
    expect(check.doneCount.value).toBe(STEPS.length)
    expect(Object.values(check.measures.value).some((part) => part === null)).toBe(false)
    await check.keep({ code: 'AB12CD', seat_number: 7 })
    expect(api.keepCheck).toHaveBeenCalledWith('token', { code: 'AB12CD', seat_number: 7 }, check.measures.value)
    expect(api.leaveLane).toHaveBeenCalledWith('token')
  })

  it('says a finding at the step it belongs to, and only once that is measured', async () => {
    const check = useCheck(good, server())
    expect(check.findingsOf('browser')).toEqual([])
    await check.run(false)
    expect(check.measures.value.media).toBeNull()
    expect(check.findingsOf('browser').map((finding) => finding.code)).toEqual(['storage.local'])
    expect(check.findingsOf('machine')).toEqual([])
  })

  it('waits for its turn and says how many are ahead', async () => {
    const places = [{ granted: false, ahead: 2 }, { granted: true, ahead: 0 }]
    const api = server({ beginTest: vi.fn(async () => ({ ...plan, lane: { granted: false, ahead: 3 } })), enterLane: vi.fn(async () => places.shift()) })
    const seen: number[] = []
    const check = useCheck(good, api, async () => { seen.push(check.ahead.value) })
    await check.run(false)
    expect(seen).toEqual([3, 2])
    expect(api.enterLane).toHaveBeenCalledTimes(2)
  })

  it('stops at trouble, gives its lane back and can begin anew', async () => {
    const broken = { ...good, probeUpload: vi.fn().mockRejectedValueOnce(new Problem(503, { title: '忙' })).mockResolvedValue({ bytes: 1, ms: 1 }) }
    const api = server()
    const check = useCheck(broken, api)
    expect(await check.run(false)).toBe(false)
    expect(check.phase.value).toBe('stopped')
    expect(check.problem.value?.message).toBe('忙')
    expect(api.leaveLane).toHaveBeenCalledTimes(1)
    expect(await check.run(false)).toBe(true)
    expect(check.problem.value).toBeNull()
  })
})

describe('the room', () => {
  const seat = (number: number, verdict: 'pass' | 'warn' | 'fail' | null, findings: { code: string; level: string }[] = []) =>
    ({ number, learner_name: null, check: verdict === null ? null : { verdict, findings: findings.map((finding) => ({ ...finding, title: finding.code, cure: '' })) } })
  const slow = { code: 'download.slow', level: 'warn' }
  const room = { seats: [seat(1, 'warn', [slow, { code: 'camera.none', level: 'note' }]), seat(2, 'warn', [slow]), seat(3, 'fail', [{ code: 'socket.blocked', level: 'fail' }]), seat(4, null), seat(5, 'pass')] } as unknown as DeviceRoom

  it('is counted by colour', () => {
    expect((['all', 'pass', 'warn', 'fail', 'none'] as const).map((filter) => countOf(room, filter))).toEqual([5, 1, 2, 1, 1])
  })
  it('lists what to mend once, red first, with the seats', () => {
    expect(curesOf(room).map((cure) => [cure.code, cure.seats])).toEqual([['socket.blocked', [3]], ['download.slow', [1, 2]]])
  })
})
