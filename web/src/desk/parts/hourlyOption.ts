/** The chart's description, apart from the component so that it can be read and tested. */
import type { EChartsCoreOption } from 'echarts/core'
import type { DeskHome } from '@/api/types'
import { moneyText } from '@/format/money'

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const EMPTY_TOP_FEN = 8_000

/** The tooltip is built of nodes: markup with styles inside would be refused by the Content-Security-Policy. */
function tip(title: string, lines: readonly string[]): HTMLElement {
  const box = document.createElement('div')
  const head = document.createElement('b')
  head.textContent = title
  box.append(head)
  for (const line of lines) {
    const row = document.createElement('div')
    row.textContent = line
    box.append(row)
  }
  return box
}

export function hourlyOption(hours: DeskHome['hourly'], hourNow: number, trades: (n: number) => string): EChartsCoreOption {
  const axisLabel = { color: token('--kd-ink-500'), fontSize: 11 }
  return {
    animationDuration: 200,
    grid: { left: 44, right: 8, top: 12, bottom: 24 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'html',
      borderWidth: 0,
      textStyle: { fontSize: 13, color: token('--kd-ink-900') },
      axisPointer: { type: 'shadow', shadowStyle: { color: 'rgba(70, 97, 216, .06)' } },
      formatter: (params: unknown) => {
        const index = Array.isArray(params) ? Number((params[0] as { dataIndex?: number } | undefined)?.dataIndex ?? 0) : 0
        const hour = hours[index]
        return hour === undefined ? '' : tip(moneyText(hour.paid_fen), [trades(hour.paid_trades), `${String(hour.hour)}:00–${String(hour.hour)}:59`])
      },
    },
    xAxis: {
      type: 'category',
      data: hours.map((hour) => `${String(hour.hour).padStart(2, '0')}:00`),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...axisLabel, interval: 2 },
    },
    // Without any sale the axis would be 0 from top to bottom.
    yAxis: { type: 'value', minInterval: 1, max: hours.every((hour) => hour.paid_fen === 0) ? EMPTY_TOP_FEN : undefined, splitNumber: 4, axisLabel: { ...axisLabel, formatter: (fen: number) => String(Math.round(fen / 100)) }, splitLine: { lineStyle: { color: token('--kd-ink-100') } } },
    series: [
      {
        type: 'bar',
        barMaxWidth: 10,
        itemStyle: { borderRadius: 2 },
        data: hours.map((hour) => ({ value: hour.paid_fen, itemStyle: { color: token(hour.hour === hourNow ? '--kd-sand-500' : '--kd-data-1') } })),
      },
    ],
  }
}
