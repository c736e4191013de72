/** What drawings are made of, and the address of each. The server draws them; the JSON beside this file is written by `tools/list_drawings.py`. */
import catalogue from './catalogue.json'

/** One thing; `category` is where goods of its kind are listed, `home` the scheme it is shown in when a key names none. */
export interface DrawnObject {
  key: string
  name: string
  category: string
  home: string
}

/** A scheme of colours or a scene. */
export interface DrawingPart {
  key: string
  name: string
}

/** What a key names; parts that it leaves out are null. */
export interface DrawingKey {
  object: DrawnObject
  scheme: DrawingPart | null
  scene: DrawingPart | null
}

export const drawings: readonly DrawnObject[] = catalogue.objects
export const schemes: readonly DrawingPart[] = catalogue.schemes
export const scenes: readonly DrawingPart[] = catalogue.scenes

const objectByKey = new Map(drawings.map((drawing) => [drawing.key, drawing]))
const schemeByKey = new Map(schemes.map((scheme) => [scheme.key, scheme]))
const sceneByKey = new Map(scenes.map((scene) => [scene.key, scene]))

/** Reads `object`, `object.scheme` or `object.scheme.scene`; null when a part is unknown. */
export function readDrawingKey(key: string): DrawingKey | null {
  const [objectKey, schemeKey, sceneKey, ...rest] = key.split('.')
  const object = objectByKey.get(objectKey ?? '')
  const scheme = schemeKey === undefined ? null : schemeByKey.get(schemeKey)
  const scene = sceneKey === undefined ? null : sceneByKey.get(sceneKey)
  if (object === undefined || scheme === undefined || scene === undefined || rest.length > 0) return null
  return { object, scheme, scene }
}

/** Address of a drawing, the same for as long as no drawing changes; null when the key is not in the catalogue. */
export function drawingUrl(key: string): string | null {
  return readDrawingKey(key) === null ? null : `/api/v1/mall/drawings?key=${key}&edition=${catalogue.edition}`
}

export function drawingName(key: string): string {
  return readDrawingKey(key)?.object.name ?? ''
}
