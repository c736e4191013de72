/** Real moments in the reader's own time zone; the year only when it is not this one. */
export function realText(at: string, now: Date = new Date()): string {
  const moment = new Date(at)
  const year = moment.getFullYear() === now.getFullYear() ? '' : `${moment.getFullYear()} 年 `
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${year}${moment.getMonth() + 1} 月 ${moment.getDate()} 日 ${two(moment.getHours())}:${two(moment.getMinutes())}`
}

/** Seconds as people wait for them: `45 秒`, `2 分 05 秒`. */
export function waitText(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds} 秒` : `${minutes} 分 ${String(seconds % 60).padStart(2, '0')} 秒`
}
