/** A seat's state in words, for its card and for the list of who needs help. */
import { useI18n } from 'vue-i18n'
import type { WallSeat } from './wallRules'

const HOUR = 60

export function useSeatText() {
  const { t } = useI18n()
  const why = (seat: WallSeat): string => (seat.why === 'none' ? '' : t(`wall.${seat.why}`, { n: seat.count }))
  const idle = (minutes: number): string => (minutes >= HOUR ? t('wall.idleHours', { n: Math.floor(minutes / HOUR) }) : t('wall.idle', { n: minutes }))

  /** How long he has been away, if a page of his was ever seen and none is open now. */
  function away(seat: WallSeat, now: number): string {
    if (seat.presence === null || seat.presence.online) return ''
    const minutes = Math.max(1, Math.floor((now - Date.parse(seat.presence.since)) / 60_000))
    return minutes >= HOUR ? t('wall.offlineHours', { n: Math.floor(minutes / HOUR) }) : t('wall.offline', { n: minutes })
  }

  return { why, idle, away }
}
