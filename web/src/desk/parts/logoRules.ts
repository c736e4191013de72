/** What of a chosen picture the server is told. */
import type { Picture, StoreWrite } from '@/api/types'

export function logoChoice(picture: Picture | null): StoreWrite['logo'] {
  if (picture === null) return null
  return picture.kind === 'art' ? { kind: 'art', key: picture.key } : { kind: 'file', file_id: picture.file_id }
}
