/** What a learner may choose at the simulated cashier. The server decides what follows. */
import type { PayAttempt } from '@/api/types'

export const CHANNELS: readonly PayAttempt['channel'][] = ['wallet', 'card']
export const OUTCOMES: readonly PayAttempt['outcome'][] = ['success', 'insufficient', 'refused', 'slow', 'twice', 'late']
