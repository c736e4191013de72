import { useQuery } from '@tanstack/vue-query'
import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import { previewReset, resetShop } from '@/api/teach'
import { useSubmit } from '@/forms/useSubmit'
import { useTeachStale } from './queries'

/** What a reset of this learner's store would do, and doing it. */
export function useReset(seatId: MaybeRefOrGetter<string>) {
  const stale = useTeachStale()
  const preview = reactive(
    useQuery({
      // Outside 'teach': after the reset there is nothing left to preview.
      queryKey: ['reset-preview', computed(() => toValue(seatId))],
      queryFn: () => previewReset(toValue(seatId)),
      staleTime: 0,
      gcTime: 0,
      retry: false,
    }),
  )
  const { pending, problem, submit } = useSubmit((key, seat: string, body: { reason: string }) => resetShop(seat, body, key))

  async function reset(reason: string): Promise<boolean> {
    const done = await submit(toValue(seatId), { reason: reason.trim() })
    if (done !== null) stale()
    return done !== null
  }

  return { preview, pending, problem, reset }
}
