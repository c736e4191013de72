/** Whether a WebSocket passes, proxies and virus scanners included, and how long a word takes there and back. */
import { echoSocketUrl } from '@/api/devices'
import { median, wholeMs } from '../figures'

const WORDS = 5
const PATIENCE_MS = 6000

export function probeSocket(): Promise<{ connected: boolean; round_trip_ms: number }> {
  return new Promise((resolve) => {
    const times: number[] = []
    let sent = 0
    const socket = new WebSocket(echoSocketUrl())
    const end = (): void => {
      window.clearTimeout(timer)
      socket.onclose = null
      socket.close()
      resolve({ connected: times.length > 0, round_trip_ms: wholeMs(median(times)) })
    }
    const timer = window.setTimeout(end, PATIENCE_MS)
    const ask = (): void => {
      sent = performance.now()
      socket.send(`${String(times.length)}-${String(Math.round(sent))}`)
    }
    socket.onopen = ask
    socket.onclose = end
    socket.onmessage = () => {
      times.push(performance.now() - sent)
      if (times.length < WORDS) ask()
      else end()
    }
  })
}
