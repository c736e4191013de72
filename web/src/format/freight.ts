/** The numbers of a freight rule as the words of its reason need them. */
import { moneyText, plainMoney } from './money'

export function traceWords(params: Readonly<Record<string, number>>): Record<string, string | number> {
  const fen = (name: string): number => params[name] ?? 0
  return { ...params, firstFee: moneyText(fen('first_fen')), moreFee: moneyText(fen('more_fen')), min: plainMoney(fen('min_fen')) }
}
