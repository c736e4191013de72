/**
 * One socket, many topics. A join returns a snapshot and its seq, frames follow; a gap in seq or another epoch means that we
 * missed something, so the topic is joined anew and its snapshot replaces what we have. After a lost connection each topic is
 * resumed after its last seq. A quiet page pings, or the server would take it for gone. Refuses to decide what the data mean:
 * that is the listener's matter.
 */

export interface Frame {
  topic: string
  epoch: string
  seq: number
  type: string
  data: unknown
}

interface JoinAnswer {
  epoch: string
  seq: number
  snapshot: unknown
}

type Listener = (data: unknown) => void

interface Refusal {
  code: string
  retry_after_seconds?: number | null
}

interface Topic {
  listener: Listener
  epoch: string | null
  seq: number
  joining: boolean
}

export interface Socket {
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export type ConnectionState = 'idle' | 'connecting' | 'open' | 'lost'

export interface ConnectionPorts {
  open(): Promise<Socket>
  later(run: () => void, milliseconds: number): void
  onState(state: ConnectionState, attempt: number): void
  /** What is on the page may be wrong, not only this topic: frames were lost, or the class went back to a snapshot. */
  onResync(): void
}

/** Thrown by `open`: whoever is on this page may not come in, and asking again would change nothing. */
export class NotAdmitted extends Error {}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 15_000
/** The server closes a socket that is silent for 60 s. */
const PING_MS = 25_000
const REFUSED_WAIT_SECONDS = 5
const RESYNC = 'resync'
/** The server's word for “this page is not ours”: trying again cannot help. */
const FOREIGN_ORIGIN = 4403

export function retryWait(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempt - 1))
}

export class RealtimeConnection {
  private readonly topics = new Map<string, Topic>()
  private readonly asked = new Map<number, string>()
  private socket: Socket | null = null
  private isOpen = false
  private wanted = false
  private attempt = 0
  private lastId = 0

  constructor(private readonly ports: ConnectionPorts) {}

  start(): void {
    if (this.wanted) return
    this.wanted = true
    void this.connect()
  }

  stop(): void {
    this.wanted = false
    this.topics.clear()
    this.socket?.close()
    this.socket = null
    this.isOpen = false
    this.ports.onState('idle', 0)
  }

  subscribe(name: string, listener: Listener): void {
    this.topics.set(name, { listener, epoch: null, seq: 0, joining: false })
    if (this.isOpen) this.join(name, false)
  }

  private async connect(): Promise<void> {
    this.ports.onState(this.attempt === 0 ? 'connecting' : 'lost', this.attempt)
    try {
      const socket = await this.ports.open()
      if (!this.wanted) {
        socket.close()
        return
      }
      this.socket = socket
      socket.onopen = () => {
        this.opened()
      }
      socket.onmessage = (event) => {
        this.receive(event.data)
      }
      socket.onclose = (event) => {
        if (event.code === FOREIGN_ORIGIN) this.wanted = false
        if (this.socket === socket) this.lost()
      }
    } catch (error) {
      if (error instanceof NotAdmitted) this.rest()
      else this.lost()
    }
  }

  /** Asks no more until `start`; topics keep their place, so that whoever signs in again misses nothing. */
  private rest(): void {
    this.wanted = false
    this.attempt += 1
    this.ports.onState('idle', this.attempt)
  }

  private opened(): void {
    this.isOpen = true
    this.ports.onState('open', 0)
    for (const name of this.topics.keys()) this.join(name, true)
    this.pingLater(this.socket)
  }

  private pingLater(socket: Socket | null): void {
    this.ports.later(() => {
      if (socket === null || this.socket !== socket || !this.isOpen) return
      this.lastId += 1
      socket.send(JSON.stringify({ id: this.lastId, op: 'ping', data: {} }))
      this.pingLater(socket)
    }, PING_MS)
  }

  private lost(): void {
    this.isOpen = false
    this.socket = null
    this.asked.clear()
    if (!this.wanted) return
    this.attempt += 1
    this.ports.onState('lost', this.attempt)
    this.ports.later(() => {
      if (this.wanted && this.socket === null) void this.connect()
    }, retryWait(this.attempt))
  }

  private join(name: string, resume: boolean): void {
    const topic = this.topics.get(name)
    if (topic === undefined || this.socket === null) return
    topic.joining = true
    this.lastId += 1
    this.asked.set(this.lastId, name)
    const resumable = resume && topic.epoch !== null
    const data = resumable ? { topic: name, epoch: topic.epoch, after_seq: topic.seq } : { topic: name }
    this.socket.send(JSON.stringify({ id: this.lastId, op: 'join', data }))
  }

  private receive(raw: unknown): void {
    if (typeof raw !== 'string') return
    const message = JSON.parse(raw) as Frame[] | { re: number; ok?: JoinAnswer; err?: Refusal }
    if (Array.isArray(message)) message.forEach((frame) => { this.frame(frame) })
    else this.answer(message.re, message.ok, message.err)
  }

  private answer(id: number, ok: JoinAnswer | undefined, err: Refusal | undefined): void {
    const name = this.asked.get(id)
    this.asked.delete(id)
    const topic = name === undefined ? undefined : this.topics.get(name)
    if (name === undefined || topic === undefined) return
    topic.joining = false
    if (ok === undefined) {
      this.joinLater(name, err)
      return
    }
    this.attempt = 0
    topic.epoch = ok.epoch
    if (ok.snapshot === null || ok.snapshot === undefined) return
    topic.seq = ok.seq
    topic.listener(ok.snapshot)
  }

  private joinLater(name: string, err: Refusal | undefined): void {
    const socket = this.socket
    this.ports.later(() => {
      if (this.socket === socket && this.isOpen) this.join(name, false)
    }, (err?.retry_after_seconds ?? REFUSED_WAIT_SECONDS) * 1000)
  }

  private frame(frame: Frame): void {
    const topic = this.topics.get(frame.topic)
    if (topic === undefined || topic.joining) return
    if (frame.type === RESYNC) {
      this.join(frame.topic, false)
      this.ports.onResync()
      return
    }
    if (frame.epoch === topic.epoch && frame.seq <= topic.seq) return
    if (frame.epoch !== topic.epoch || frame.seq !== topic.seq + 1) {
      this.join(frame.topic, false)
      return
    }
    topic.seq = frame.seq
    topic.listener(frame.data)
  }
}
