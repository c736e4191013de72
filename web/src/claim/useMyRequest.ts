/** What this browser has asked a lecturer; looked up again while it waits. The server knows it by its cookie. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { reactive } from 'vue'
import { showMyRequest } from '@/api/claims'
import type { MyRequestView } from '@/api/types'

const WAIT_MS = 3000

export function useMyRequest() {
  const queries = useQueryClient()
  const mine = reactive(useQuery({ queryKey: ['my-request'], queryFn: showMyRequest, staleTime: 0, refetchInterval: (query) => (query.state.data?.state === 'open' ? WAIT_MS : false) }))

  function accept(view: MyRequestView): void {
    queries.setQueryData(['my-request'], view.request)
  }

  return { mine, accept }
}
