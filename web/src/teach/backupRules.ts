/** How the backups of an installation are judged at a glance. Pure; the words are the part's. */
import type { Backups } from '@/api/types'

export type BackupLevel = 'busy' | 'failed' | 'overdue' | 'never' | 'calm'

export function judgeBackups(view: Backups): BackupLevel {
  if (view.state !== 'idle') return 'busy'
  if (view.runs[0] !== undefined && view.runs[0].error !== null) return 'failed'
  if (view.last_good === null) return 'never'
  return view.overdue ? 'overdue' : 'calm'
}

const MEGABYTE = 1024 * 1024

export function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1)
}
