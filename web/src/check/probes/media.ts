/** Camera and microphone, only after a click. Every way in which a browser says no has its own name. */

export type MediaState = 'ok' | 'none' | 'denied' | 'insecure' | 'busy'
export interface MediaResult {
  camera: MediaState
  microphone: MediaState
}

const PATIENCE_MS = 30_000
const PICTURE_MS = 3000

/** `show` gets the picture for as long as the test lasts. Null: the question was never answered. */
export async function probeMedia(show: (stream: MediaStream | null) => void): Promise<MediaResult | null> {
  // Typed as always there, but a browser hides it from a page that came over plain http.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices === undefined) {
    const state = window.isSecureContext ? 'none' : 'insecure'
    return { camera: state, microphone: state }
  }
  return Promise.race([ask(devices, show), later(PATIENCE_MS).then(() => null)])
}

async function ask(devices: MediaDevices, show: (stream: MediaStream | null) => void): Promise<MediaResult> {
  // Both at once is one question to the person; apart only when one of the two is not there.
  const both = await open(devices, { video: true, audio: true }, show)
  if (both === 'ok') return { camera: 'ok', microphone: 'ok' }
  if (both === 'denied') return { camera: 'denied', microphone: 'denied' }
  return { camera: await open(devices, { video: true }, show), microphone: await open(devices, { audio: true }, show) }
}

async function open(devices: MediaDevices, wanted: MediaStreamConstraints, show: (stream: MediaStream | null) => void): Promise<MediaState> {
  try {
    const stream = await devices.getUserMedia(wanted)
    if (wanted.video === true) show(stream)
    const alive = wanted.video !== true || (await givesPicture(stream))
    for (const track of stream.getTracks()) track.stop()
    show(null)
    return alive ? 'ok' : 'busy'
  } catch (error) {
    return stateOf(error)
  }
}

/** The browsers' names of refusals. */
export function stateOf(error: unknown): MediaState {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotFoundError' || name === 'OverconstrainedError' || name === 'TypeError' ? 'none' : 'busy'
}

async function givesPicture(stream: MediaStream): Promise<boolean> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = stream
  await Promise.race([video.play().catch(() => undefined), later(PICTURE_MS)])
  const sees = video.videoWidth > 0
  video.srcObject = null
  return sees
}

const later = (ms: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, ms))
