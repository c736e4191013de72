/** Which message of the class a person still has to see, and what he has closed. Pure. */
import type { Notice } from '@/api/types'

export const NOTICES_KEY = ['notices'] as const
export const LONGEST_NOTICE = 300
/** The server shows ten at most; a few classes' worth may be closed in one browser. */
const MOST_REMEMBERED = 100

export const unread = (notices: readonly Notice[], closed: readonly string[]): Notice[] => notices.filter((notice) => !closed.includes(notice.id))

export const remembered = (closed: readonly string[], ids: readonly string[]): string[] => [...new Set([...ids, ...closed])].slice(0, MOST_REMEMBERED)

/** What a browser kept, however it was tampered with. */
export function closedIn(kept: unknown): string[] {
  return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : []
}

/** As the server counts: a character is a character, also outside the first plane. */
export const lengthOf = (text: string): number => [...text.trim()].length

export const isNotice = (text: string): boolean => lengthOf(text) > 0 && lengthOf(text) <= LONGEST_NOTICE
