import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { askAddress, cancelTrade, confirmTrade, extendReceipt, type BuyerReason } from '@/api/market'
import { useSubmit } from '@/forms/useSubmit'
import { useToast } from '@/parts/useToast'
import { useStale } from './queries'

/** What a buyer may do with a trade that exists. The server says which of them are allowed now. */
export function useTradeCommands(id: () => string) {
  const { t } = useI18n()
  const stale = useStale()
  const { say } = useToast()
  const cancelling = useSubmit((_key, reason: BuyerReason) => cancelTrade(id(), reason))
  const extending = useSubmit(() => extendReceipt(id()))
  const readdressing = useSubmit((_key, choice: number) => askAddress(id(), choice))
  const confirming = useSubmit(() => confirmTrade(id()))

  async function cancel(reason: BuyerReason): Promise<void> {
    const done = await cancelling.submit(reason)
    stale.trade()
    if (done !== null) say(t('trade.cancelled'))
  }

  async function confirm(): Promise<void> {
    const done = await confirming.submit()
    stale.trade()
    if (done !== null) say(t('trade.confirmed'))
  }

  async function extend(): Promise<void> {
    const done = await extending.submit()
    stale.trade()
    if (done !== null) say(t('trade.extended'))
  }

  async function readdress(choice: number): Promise<void> {
    const done = await readdressing.submit(choice)
    stale.trade()
    if (done !== null) say(t('trade.addressAsked'))
  }

  const all = [cancelling, confirming, extending, readdressing]
  const pending = computed(() => all.some((one) => one.pending.value))
  const problem = computed(() => all.map((one) => one.problem.value).find((one) => one !== null) ?? null)
  function dismiss(): void {
    for (const one of all) one.reset()
  }

  return { pending, problem, dismiss, cancel, confirm, extend, readdress }
}
