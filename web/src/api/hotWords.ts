/** What the class searches for: the buyer is tempted by it, the seller learns from it. */
import { useQuery } from '@tanstack/vue-query'
import { reactive } from 'vue'
import { listHotWords } from './search'

const MINUTE_MS = 60_000

export const useHotWords = () => reactive(useQuery({ queryKey: ['hot-words'], queryFn: listHotWords, staleTime: MINUTE_MS }))
