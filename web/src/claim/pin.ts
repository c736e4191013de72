/** How a PIN is typed: digits only, the dash comes by itself after the seat number. */
const SEAT_DIGITS = 2
const PIN_DIGITS = 8
const FULL_WIDTH = 0xfee0

/** `7-4` → `07-4`, `07483920` → `07-483920`; full-width digits count, everything else falls out. */
export function formatPin(typed: string): string {
  const plain = typed.replace(/[０-９]/g, (char) => String.fromCharCode(char.charCodeAt(0) - FULL_WIDTH))
  const padded = /^\s*\d[-–—－]/.test(plain) ? `0${plain.trim()}` : plain
  const digits = padded.replace(/\D/g, '').slice(0, PIN_DIGITS)
  return digits.length > SEAT_DIGITS ? `${digits.slice(0, SEAT_DIGITS)}-${digits.slice(SEAT_DIGITS)}` : digits
}

export const isWholePin = (pin: string): boolean => /^\d{2}-\d{6}$/.test(pin)

/** `ab 12-cd` → `AB12CD`, as the class code stands on the slip. */
export const formatCode = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, 8)
