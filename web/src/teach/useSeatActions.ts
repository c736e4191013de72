import { computed, ref, shallowRef } from 'vue'
import * as seats from '@/api/seats'
import type { PinSlip, SeatChange, SeatRow, TemporaryPassword } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { useCohortId, useSeatsStale } from './seatQueries'

/** `show_pin` and `reset_password` are ours; the others are what the server offers for the seat. */
export type SeatCommand = SeatRow['actions'][number] | 'show_pin' | 'reset_password'

/** What a lecturer does to one seat. A PIN or a temporary password lives as long as the sheet that shows it. */
export function useSeatActions() {
  const cohort = useCohortId()
  const stale = useSeatsStale()
  const slip = shallowRef<PinSlip | null>(null)
  const temporary = shallowRef<TemporaryPassword | null>(null)
  const reason = ref('')
  const doing = useSubmit(async (_key, command: SeatCommand, seat: SeatRow, why: string) => {
    const id = cohort.value
    if (command === 'show_pin') slip.value = await seats.readPin(id, seat.id)
    else if (command === 'new_pin') slip.value = await seats.renewPin(id, seat.id)
    else if (command === 'undo_claim') await seats.undoClaim(id, seat.id, why)
    else if (command === 'withdraw') await seats.withdrawSeat(id, seat.id, why)
    else if (command === 'readmit') await seats.readmitSeat(id, seat.id, why)
    else if (command === 'reset_password' && seat.account_id !== null) temporary.value = await seats.resetPassword(seat.account_id)
    return true
  })
  const changing = useSubmit((_key, seat: SeatRow, body: SeatChange) => seats.changeSeat(cohort.value, seat.id, body))
  const pending = computed(() => doing.pending.value || changing.pending.value)
  const problem = computed(() => doing.problem.value ?? changing.problem.value)

  async function run(command: SeatCommand, seat: SeatRow): Promise<boolean> {
    const done = await doing.submit(command, seat, reason.value.trim())
    stale()
    return done !== null
  }

  async function change(seat: SeatRow, body: SeatChange): Promise<boolean> {
    const done = await changing.submit(seat, body)
    stale()
    return done !== null
  }

  function forget(): void {
    doing.reset()
    changing.reset()
    reason.value = ''
  }

  return { slip, temporary, reason, pending, problem, run, change, forget }
}
