/** Where each step of a trade stands on the three-lane picture, and the line between them. Pure. */
import type { TradeStep } from '@/api/types'

export const LANES = ['mall', 'parcel', 'money'] as const
const LEFT = 96
const LANE_TOP = 34
const LANE_STEP = 78
const BEND = 8

export interface Hop {
  step: TradeStep
  x: number
  y: number
  state: 'done' | 'next' | 'ahead'
}

export interface Link {
  path: string
  done: boolean
}

export function layoutHops(steps: readonly TradeStep[], width: number): { hops: Hop[]; links: Link[] } {
  const gap = steps.length > 0 ? (width - LEFT - 40) / steps.length : 0
  const next = steps.findIndex((step) => !step.done)
  const hops = steps.map<Hop>((step, index) => ({
    step,
    x: Math.round(LEFT + gap * (index + 0.5)),
    y: LANE_TOP + LANE_STEP * Math.max(0, LANES.findIndex((lane) => lane === step.lane)),
    state: step.done ? 'done' : index === next ? 'next' : 'ahead',
  }))
  const links = hops.slice(1).map<Link>((hop, index) => ({ path: linkPath(hops[index] ?? hop, hop), done: hop.step.done }))
  return { hops, links }
}

function linkPath(from: Hop, to: Hop): string {
  if (from.y === to.y) return `M${String(from.x)} ${String(from.y)}H${String(to.x)}`
  const middle = Math.round((from.x + to.x) / 2)
  const down = to.y > from.y ? BEND : -BEND
  return (
    `M${String(from.x)} ${String(from.y)}H${String(middle - BEND)}q${String(BEND)} 0 ${String(BEND)} ${String(down)}` +
    `V${String(to.y - down)}q0 ${String(down)} ${String(BEND)} ${String(down)}H${String(to.x)}`
  )
}
