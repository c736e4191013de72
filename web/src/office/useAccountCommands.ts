/** What can be done to one account; each command refreshes the list and says what happened. */
import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import * as office from '@/api/office'
import { fieldMessages } from '@/api/problem'
import type { AccountRow, TemporaryPassword } from '@/api/types'
import { useSubmit } from '@/forms/useSubmit'
import { useToast } from '@/parts/useToast'
import { freshChoice, grantOf } from './roles'

export function useAccountCommands(refresh: () => unknown) {
  const { t } = useI18n()
  const { say } = useToast()
  const choice = ref(freshChoice())
  const temporary = shallowRef<TemporaryPassword | null>(null)
  const { pending, problem, submit, reset } = useSubmit((_key, work: () => Promise<unknown>) => work())
  const wrong = computed(() => fieldMessages(problem.value))

  async function run(work: () => Promise<unknown>, done: string): Promise<void> {
    await submit(work)
    if (problem.value !== null) return
    say(t(done))
    await refresh()
  }

  const unlock = (account: AccountRow) => run(() => office.unlockAccount(account.id), 'office.accounts.unlocked')
  const disable = (account: AccountRow) => run(() => office.setAccountState(account.id, 'disabled'), 'office.accounts.disabledDone')
  const enable = (account: AccountRow) => run(() => office.setAccountState(account.id, 'active'), 'office.accounts.enabled')
  const take = (account: AccountRow, grant: string) => run(() => office.takeRole(account.id, grant), 'office.accounts.taken')
  const give = (account: AccountRow) => run(() => office.giveRole(account.id, grantOf(choice.value)), 'office.accounts.given')

  async function resetPassword(account: AccountRow): Promise<void> {
    await submit(async () => {
      temporary.value = await office.resetPassword(account.id)
    })
    if (problem.value === null) await refresh()
  }

  function start(): void {
    choice.value = freshChoice()
    temporary.value = null
    reset()
  }

  return { choice, temporary, pending, problem, wrong, unlock, disable, enable, take, give, resetPassword, start }
}
