/** Yuan exist only here: everything else holds integer fen 分. */

export interface MoneyParts {
  sign: '' | '−' | '+'
  whole: string
  cents: string
}

export function moneyParts(fen: number, signed = false): MoneyParts {
  const absolute = Math.abs(Math.trunc(fen))
  const whole = String(Math.floor(absolute / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  const cents = String(absolute % 100).padStart(2, '0')
  const sign = fen < 0 ? '−' : signed && fen > 0 ? '+' : ''
  return { sign, whole, cents }
}

/** `123456` → `1,234.56`; `−` is the real minus sign. */
export function plainMoney(fen: number, signed = false): string {
  const { sign, whole, cents } = moneyParts(fen, signed)
  return `${sign}${whole}.${cents}`
}

/** `123456` → `¥1,234.56`. */
export function moneyText(fen: number, signed = false): string {
  const { sign, whole, cents } = moneyParts(fen, signed)
  return `${sign}¥${whole}.${cents}`
}

/** What a person typed (`59`, `59.9`, `1,234.50`) as fen; null when it is no amount. */
export function parseYuan(input: string): number | null {
  const plain = input.trim().replaceAll(',', '')
  if (!/^\d{1,7}(\.\d{0,2})?$/.test(plain)) return null
  const [whole = '0', cents = ''] = plain.split('.')
  return Number(whole) * 100 + Number(cents.padEnd(2, '0'))
}

export function yuanInput(fen: number | null): string {
  return fen === null ? '' : (fen / 100).toFixed(2)
}
