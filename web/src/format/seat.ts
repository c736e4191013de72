/** A seat as it is written on the wall and on the desks: `07`. */
export const seatText = (number: number): string => String(number).padStart(2, '0')
