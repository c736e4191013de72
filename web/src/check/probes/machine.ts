/** What the browser is and can do. Features are tried; the name it gives itself only decides how old it is. */
import type { DeviceMeasures } from '@/api/types'

type Browser = NonNullable<DeviceMeasures['browser']>
type Machine = Pick<DeviceMeasures, 'screen' | 'storage' | 'hardware'>

const SYSTEMS: readonly (readonly [RegExp, Browser['system']])[] = [
  [/HarmonyOS|OpenHarmony/, 'harmony'],
  [/Android/, 'android'],
  [/iPhone|iPad|iPod/, 'ios'],
  [/Windows/, 'windows'],
  [/Macintosh|Mac OS X/, 'macos'],
  [/Linux|CrOS/, 'linux'],
]

export function nameBrowser(agent: string): Omit<Browser, 'missing'> {
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1] ?? 'other'
  const in_app = /MicroMessenger|DingTalk|QQ\/|AliApp|Weibo|Lark\//.test(agent)
  const version = (pattern: RegExp): number => Number(pattern.exec(agent)?.[1] ?? 0)
  // Inside another app on an iPhone there is no version of Safari, but it is that of the system.
  const safari = version(/Version\/(\d+)/) || version(/(?:iPhone )?OS (\d+)_/)
  if (/Firefox\//.test(agent)) return { name: 'firefox', version: version(/Firefox\/(\d+)/), system, in_app }
  if (/Chrom(?:e|ium)\//.test(agent)) return { name: 'chromium', version: version(/Chrom(?:e|ium)\/(\d+)/), system, in_app }
  if (/AppleWebKit\//.test(agent) && (system === 'ios' || system === 'macos')) return { name: 'safari', version: safari, system, in_app }
  return { name: 'other', version: 0, system, in_app }
}

export function probeBrowser(): Browser {
  const features: Record<Browser['missing'][number], boolean> = {
    fetch_stream: 'ReadableStream' in window && 'body' in Response.prototype,
    web_socket: 'WebSocket' in window,
    abort: 'AbortController' in window,
    css_grid: CSS.supports('display', 'grid'),
    resize_observer: 'ResizeObserver' in window,
    random: typeof crypto.getRandomValues === 'function',
  }
  const missing = (Object.keys(features) as Browser['missing']).filter((feature) => !features[feature])
  return { ...nameBrowser(navigator.userAgent), missing }
}

export function probeMachine(): Machine {
  // Chromium only, and under TLS or on the machine itself only.
  const memory = (navigator as Navigator & { deviceMemory?: number }).deviceMemory
  const cores = navigator.hardwareConcurrency as number | undefined
  return {
    screen: { width: Math.max(1, window.innerWidth), height: Math.max(1, window.innerHeight), touch: window.matchMedia('(pointer: coarse)').matches },
    storage: { cookies: keepsCookies(), local: keepsLocally() },
    hardware: { cores: cores !== undefined && cores >= 1 ? Math.min(512, cores) : null, memory_gb: memory === undefined ? null : Math.floor(memory) },
  }
}

function keepsCookies(): boolean {
  document.cookie = 'kd_check=1; path=/check; max-age=5; SameSite=Lax'
  return document.cookie.includes('kd_check=1')
}

function keepsLocally(): boolean {
  try {
    localStorage.setItem('kd-check', '1')
    const kept = localStorage.getItem('kd-check') === '1'
    localStorage.removeItem('kd-check')
    return kept
  } catch {
    return false
  }
}
