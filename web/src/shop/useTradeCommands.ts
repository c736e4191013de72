import { useI18n } from 'vue-i18n'
import { cancelTrade, confirmTrade } from '@/api/market'
import { useSubmit } from '@/forms/useSubmit'
import { useToast } from '@/parts/useToast'
import { useStale } from './queries'

/** What a buyer may do with a trade that exists. The server says which of them are allowed now. */
export function useTradeCommands(id: () => string) {
  const { t } = useI18n()
  const stale = useStale()
  const { say } = useToast()
  const cancelling = useSubmit(() => cancelTrade(id()))
  const confirming = useSubmit(() => confirmTrade(id()))

  async function cancel(): Promise<void> {
    const done = await cancelling.submit()
    stale.trade()
    if (done !== null) say(t('trade.cancelled'))
  }

  async function confirm(): Promise<void> {
    const done = await confirming.submit()
    stale.trade()
    if (done !== null) say(t('trade.confirmed'))
  }

  return { cancelling, confirming, cancel, confirm }
}
