/** What each step shows as its result, in plain words. */
import type { ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DeviceMeasures } from '@/api/types'
import { kbitOf, megabits } from './figures'
import type { StepName, StepState } from './useCheck'

export function useStepValues(measures: Readonly<ShallowRef<DeviceMeasures>>) {
  const { t } = useI18n()

  function valueOf(name: StepName, state: StepState): string {
    if (state === 'idle') return ''
    return state === 'done' ? resultOf(name) : t('check.measuring')
  }

  function resultOf(name: StepName): string {
    const { latency, download, upload, socket, media, clock_offset_ms, browser, screen, hardware } = measures.value
    switch (name) {
      case 'media':
        return media === null ? t('check.skipped') : media.camera === 'ok' && media.microphone === 'ok' ? t('check.fine') : ''
      case 'browser':
        return browser === null ? '' : t('check.browserIs', { name: t(`check.browser.${browser.name}`), version: browser.version })
      case 'machine':
        return screen === null ? '' : [t('check.screenIs', { width: screen.width, height: screen.height }), typeof hardware?.cores === 'number' ? t('check.coresAre', { n: hardware.cores }) : ''].filter((word) => word !== '').join(' · ')
      case 'latency':
        return latency === null ? '' : t('check.ms', { n: latency.median_ms })
      case 'clock':
        return clock_offset_ms === null ? '' : t('check.seconds', { n: Math.abs(clock_offset_ms / 1000).toFixed(1) })
      case 'download':
      case 'upload': {
        const transfer = name === 'download' ? download : upload
        return transfer === null || transfer.bytes === 0 ? '' : t('check.mbit', { n: megabits(kbitOf(transfer)) })
      }
      case 'socket':
        return socket?.connected === true ? t('check.ms', { n: socket.round_trip_ms }) : ''
    }
  }

  return { valueOf }
}
