/** A square cut out of a photo: where it lies, drawn on a canvas, handed over as a file. */
import { reactive, shallowRef } from 'vue'

export const CUT_SIDE = 1200
export const LARGEST_ZOOM = 4

export interface Cut {
  /** Middle of the square in pixels of the photo. */
  x: number
  y: number
  zoom: number
}

/** Side of the square in pixels of the photo. */
export const sideOf = (width: number, height: number, zoom: number): number => Math.min(width, height) / zoom

/** The cut as near to the wish as the photo allows. */
export function kept(cut: Cut, width: number, height: number): Cut {
  const zoom = Math.min(Math.max(cut.zoom, 1), LARGEST_ZOOM)
  const half = sideOf(width, height, zoom) / 2
  return { zoom, x: Math.min(Math.max(cut.x, half), width - half), y: Math.min(Math.max(cut.y, half), height - half) }
}

export function useCrop() {
  const photo = shallowRef<ImageBitmap | null>(null)
  const cut = reactive<Cut>({ x: 0, y: 0, zoom: 1 })

  /** False when the file is no picture the browser can read. */
  async function open(file: File): Promise<boolean> {
    close()
    try {
      photo.value = await createImageBitmap(file)
    } catch {
      return false
    }
    Object.assign(cut, { x: photo.value.width / 2, y: photo.value.height / 2, zoom: 1 })
    return true
  }

  function close(): void {
    photo.value?.close()
    photo.value = null
  }

  /** Moves by a share of the square's side. */
  function move(right: number, down: number): void {
    if (photo.value === null) return
    const { width, height } = photo.value
    const side = sideOf(width, height, cut.zoom)
    Object.assign(cut, kept({ ...cut, x: cut.x + right * side, y: cut.y + down * side }, width, height))
  }

  function setZoom(zoom: number): void {
    if (photo.value !== null) Object.assign(cut, kept({ ...cut, zoom }, photo.value.width, photo.value.height))
  }

  function draw(canvas: HTMLCanvasElement): void {
    const context = canvas.getContext('2d')
    if (context === null || photo.value === null) return
    const side = sideOf(photo.value.width, photo.value.height, cut.zoom)
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(photo.value, cut.x - side / 2, cut.y - side / 2, side, side, 0, 0, canvas.width, canvas.height)
  }

  async function toFile(): Promise<File | null> {
    if (photo.value === null) return null
    const canvas = document.createElement('canvas')
    const side = sideOf(photo.value.width, photo.value.height, cut.zoom)
    // A small photo is not blown up, but never falls below what the server takes.
    canvas.width = canvas.height = Math.round(Math.min(CUT_SIDE, Math.max(side, 200)))
    draw(canvas)
    const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.92) })
    return blob === null ? null : new File([blob], 'photo.jpg', { type: 'image/jpeg' })
  }

  return { photo, cut, open, close, move, setZoom, draw, toFile }
}
