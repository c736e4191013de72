/** Runs the steps one after the other, has each judged by the server as soon as it is measured, and sends the whole in. */
import { computed, reactive, ref, shallowRef } from 'vue'
import * as api from '@/api/devices'
import { Problem } from '@/api/problem'
import type { DeviceFinding, DeviceJudgement, DeviceMeasures, DevicePlace } from '@/api/types'
import { probeDownload, probeUpload } from './probes/bandwidth'
import { probeLatency } from './probes/latency'
import { probeBrowser, probeMachine } from './probes/machine'
import { probeMedia } from './probes/media'
import { probeSocket } from './probes/socket'

export const STEPS = ['media', 'browser', 'machine', 'latency', 'clock', 'download', 'upload', 'socket'] as const
export type StepName = (typeof STEPS)[number]
export type StepState = 'idle' | 'waiting' | 'running' | 'done'
export type Phase = 'ready' | 'running' | 'finished' | 'stopped'

/** Which of the server's findings belong to which step. */
const PARTS: Record<StepName, readonly string[]> = {
  media: ['camera', 'microphone'],
  browser: ['browser', 'storage'],
  machine: ['screen', 'hardware'],
  latency: ['latency'],
  clock: ['clock'],
  download: ['download'],
  upload: ['upload'],
  socket: ['socket'],
}
const LANE_ASK_MS = 1000
const NOTHING: DeviceMeasures = { latency: null, download: null, upload: null, socket: null, media: null, clock_offset_ms: null, browser: null, screen: null, storage: null, hardware: null }

export const probes = { probeBrowser, probeMachine, probeLatency, probeDownload, probeUpload, probeSocket, probeMedia }
export type Probes = typeof probes

interface Step {
  state: StepState
  progress: number
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, ms))

export function useCheck(by: Probes = probes, ask: typeof api = api, pause: (ms: number) => Promise<void> = wait) {
  const phase = ref<Phase>('ready')
  const ahead = ref(0)
  const measures = shallowRef<DeviceMeasures>(NOTHING)
  const judgement = shallowRef<DeviceJudgement | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const picture = shallowRef<MediaStream | null>(null)
  const test = ref('')
  const steps = reactive(Object.fromEntries(STEPS.map((name) => [name, { state: 'idle', progress: 0 }])) as Record<StepName, Step>)
  const doneCount = computed(() => STEPS.filter((name) => steps[name].state === 'done').length)

  function findingsOf(name: StepName): DeviceFinding[] {
    return steps[name].state === 'done' ? (judgement.value?.findings ?? []).filter((finding) => PARTS[name].includes(finding.part)) : []
  }

  async function measured(part: Partial<DeviceMeasures>, ...names: StepName[]): Promise<void> {
    measures.value = { ...measures.value, ...part }
    judgement.value = await ask.judgeMeasures(measures.value)
    for (const name of names) Object.assign(steps[name], { state: 'done', progress: 1 })
  }

  function begin(name: StepName, state: StepState = 'running'): (part: number) => void {
    steps[name].state = state
    return (part) => { steps[name].progress = part }
  }

  async function measureMachine(withMedia: boolean): Promise<void> {
    begin('media')
    await measured({ media: withMedia ? await by.probeMedia((stream) => { picture.value = stream }) : null }, 'media')
    begin('browser')
    await measured({ browser: by.probeBrowser() }, 'browser')
    begin('machine')
    await measured(by.probeMachine(), 'machine')
  }

  async function measureBandwidth(): Promise<void> {
    const plan = await ask.beginTest()
    test.value = plan.test
    begin('download', 'waiting')
    let lane = plan.lane
    while (!lane.granted) {
      ahead.value = lane.ahead
      await pause(LANE_ASK_MS)
      lane = await ask.enterLane(plan.test)
    }
    try {
      const download = await by.probeDownload(plan.test, plan.download_bytes, plan.download_seconds, begin('download'))
      await measured({ download }, 'download')
      await measured({ upload: await by.probeUpload(plan.test, plan.upload_pieces, begin('upload')) }, 'upload')
    } finally {
      // A lost farewell costs the next one a few seconds, no more.
      await ask.leaveLane(plan.test).catch(() => undefined)
    }
  }

  /** Measures everything; false when the server or the network made it stop. */
  async function run(withMedia: boolean): Promise<boolean> {
    phase.value = 'running'
    problem.value = null
    measures.value = NOTHING
    judgement.value = null
    for (const name of STEPS) Object.assign(steps[name], { state: 'idle', progress: 0 })
    try {
      await measureMachine(withMedia)
      await measured(await by.probeLatency(begin('latency')), 'latency', 'clock')
      await measureBandwidth()
      begin('socket')
      await measured({ socket: await by.probeSocket() }, 'socket')
      phase.value = 'finished'
    } catch (error) {
      phase.value = 'stopped'
      if (!(error instanceof Problem)) throw error
      problem.value = error
    }
    return phase.value === 'finished'
  }

  const keep = (place: DevicePlace | null) => ask.keepCheck(test.value, place, measures.value)

  return { phase, ahead, measures, judgement, problem, picture, steps, doneCount, findingsOf, run, keep }
}
