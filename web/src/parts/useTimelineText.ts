import { useI18n } from 'vue-i18n'
import type { TimelineEntry } from '@/api/types'
import { moneyText } from '@/format/money'

/** One line of a trade's log in words. An unknown code is shown as it is rather than hidden. */
export function useTimelineText() {
  const { t, te } = useI18n()

  function title(entry: TimelineEntry): string {
    return te(`trade.log.${entry.code}`) ? t(`trade.log.${entry.code}`) : entry.code
  }

  function detail(entry: TimelineEntry): string {
    const { reason, by, place, delay, days, region, number, net_fen: net, commission_fen: commission, refund_fen: refund, before_fen: before, after_fen: after } = entry.params
    if (typeof before === 'number' && typeof after === 'number') return t('trade.repricedAs', { before: moneyText(before), after: moneyText(after) })
    if (typeof days === 'number') return t('trade.days', { n: days })
    if (typeof region === 'string') return region
    if (typeof net === 'number') return t('trade.settledAs', { net: moneyText(net), commission: moneyText(typeof commission === 'number' ? commission : 0) })
    if (typeof refund === 'number' && typeof reason !== 'string') return t('trade.refundedAs', { refund: moneyText(refund) })
    if (typeof reason === 'string') return te(`trade.reason.${reason}`) ? t(`trade.reason.${reason}`) : reason
    if (typeof by === 'string') return te(`trade.by.${by}`) ? t(`trade.by.${by}`) : by
    const parts = [place, typeof delay === 'string' && te(`trade.delay.${delay}`) ? t(`trade.delay.${delay}`) : null, number]
    return parts.filter((part) => typeof part === 'string').join(' · ')
  }

  return { title, detail }
}
