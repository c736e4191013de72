import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { reactive, ref } from 'vue'
import { listSentNotices, sendNotice, withdrawNotice } from '@/api/notices'
import { useSubmit } from '@/forms/useSubmit'
import { isNotice } from './noticeRules'

const SENT_KEY = ['notices-sent'] as const

/** What the lecturer says to his class, and takes back. */
export function useSentNotices() {
  const queries = useQueryClient()
  const text = ref('')
  const list = reactive(useQuery({ queryKey: SENT_KEY, queryFn: listSentNotices }))
  const sending = useSubmit((key, words: string) => sendNotice(words, key))
  const withdrawing = useSubmit(async (_key, id: string) => {
    await withdrawNotice(id)
    return true
  })
  const stale = (): void => { void queries.invalidateQueries({ queryKey: SENT_KEY }) }

  async function send(): Promise<boolean> {
    if (!isNotice(text.value) || (await sending.submit(text.value.trim())) === null) return false
    text.value = ''
    stale()
    return true
  }

  async function withdraw(id: string): Promise<boolean> {
    const done = await withdrawing.submit(id)
    stale()
    return done !== null
  }

  return { text, list, send, withdraw, pending: sending.pending, problem: sending.problem, withdrawing: withdrawing.pending, withdrawProblem: withdrawing.problem }
}
