import { describe, expect, it } from 'vitest'
import { NotAdmitted, RealtimeConnection, retryWait, type ConnectionState, type Socket } from '@/realtime/connection'

class FakeSocket implements Socket {
  sent: { id: number; op: string; data: Record<string, unknown> }[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  send(text: string): void { this.sent.push(JSON.parse(text)) }
  close(): void { this.onclose?.({ code: 1006 }) }
  say(message: unknown): void { this.onmessage?.({ data: JSON.stringify(message) }) }
  get last() { return this.sent.at(-1) }
}

async function connected() {
  const sockets: FakeSocket[] = []
  const waiting: { run: () => void; milliseconds: number }[] = []
  const states: ConnectionState[] = []
  const heard: unknown[] = []
  const resyncs: string[] = []
  const connection = new RealtimeConnection({
    open: async () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    later: (run, milliseconds) => { waiting.push({ run, milliseconds }) },
    onState: (state) => { states.push(state) },
    onResync: () => { resyncs.push('resync') },
  })
  connection.subscribe('clock', (data) => heard.push(data))
  connection.start()
  await Promise.resolve()
  await Promise.resolve()
  const socket = sockets[0]
  if (socket === undefined) throw new Error('no socket was opened')
  socket.onopen?.()
  socket.say({ re: 1, ok: { epoch: 'a', seq: 7, snapshot: 'snapshot' } })
  return { connection, sockets, socket, waiting, states, heard, resyncs }
}

const frame = (seq: number, epoch = 'a') => [{ topic: 'clock', epoch, seq, type: 'clock.changed', data: seq }]

describe('RealtimeConnection', () => {
  it('hears the snapshot, then each following frame once', async () => {
    const { socket, heard } = await connected()
    socket.say(frame(8))
    socket.say(frame(8))
    socket.say(frame(9))
    expect(heard).toEqual(['snapshot', 8, 9])
  })

  it('joins anew, without resuming, when a frame is missing', async () => {
    const { socket, heard } = await connected()
    socket.say(frame(9))
    expect(socket.last).toMatchObject({ op: 'join', data: { topic: 'clock' } })
    expect(socket.last?.data).not.toHaveProperty('after_seq')
    socket.say({ re: socket.last?.id, ok: { epoch: 'a', seq: 9, snapshot: 'fresh' } })
    socket.say(frame(10))
    expect(heard).toEqual(['snapshot', 'fresh', 10])
  })

  it('joins anew when the epoch changed', async () => {
    const { socket, heard } = await connected()
    socket.say(frame(8, 'b'))
    expect(socket.last?.data).toEqual({ topic: 'clock' })
    expect(heard).toEqual(['snapshot'])
  })

  it('resumes after its last seq when the connection comes back', async () => {
    const { sockets, socket, waiting, states, heard } = await connected()
    socket.say(frame(8))
    socket.close()
    expect(states.at(-1)).toBe('lost')
    waiting.find((wait) => wait.milliseconds === 1000)?.run()
    await Promise.resolve()
    await Promise.resolve()
    const second = sockets[1]
    second?.onopen?.()
    expect(second?.last?.data).toEqual({ topic: 'clock', epoch: 'a', after_seq: 8 })
    second?.say({ re: second.last?.id, ok: { epoch: 'a', seq: 9, snapshot: null } })
    second?.say(frame(9))
    expect(heard).toEqual(['snapshot', 8, 9])
  })

  it('pings while the page is quiet, as long as the socket lives', async () => {
    const { socket, waiting } = await connected()
    const ping = waiting.find((wait) => wait.milliseconds === 25_000)
    ping?.run()
    expect(socket.last).toMatchObject({ op: 'ping' })
    const sent = socket.sent.length
    socket.close()
    waiting.filter((wait) => wait.milliseconds === 25_000).forEach((wait) => { wait.run() })
    expect(socket.sent).toHaveLength(sent)
  })

  it('joins anew when told to resync, and passes nothing on', async () => {
    const { socket, heard, resyncs } = await connected()
    expect(resyncs).toEqual([])
    socket.say([{ topic: 'clock', epoch: 'a', seq: 8, type: 'resync', data: null }])
    expect(resyncs).toEqual(['resync'])
    expect(socket.last?.data).toEqual({ topic: 'clock' })
    expect(heard).toEqual(['snapshot'])
  })

  it('asks again after a refused join', async () => {
    const { socket, waiting, heard } = await connected()
    socket.say(frame(9))
    socket.say({ re: socket.last?.id, err: { code: 'kernel.realtime.unavailable', retry_after_seconds: 2 } })
    waiting.find((wait) => wait.milliseconds === 2000)?.run()
    socket.say({ re: socket.last?.id, ok: { epoch: 'a', seq: 9, snapshot: 'fresh' } })
    expect(heard).toEqual(['snapshot', 'fresh'])
  })

  it('waits longer each time, within reason', () => {
    expect([1, 2, 3, 9].map(retryWait)).toEqual([1000, 2000, 4000, 15_000])
  })

  it('asks once and no more when the person may not come in, and again when told to start', async () => {
    let asked = 0
    const waiting: unknown[] = []
    const states: ConnectionState[] = []
    const connection = new RealtimeConnection({
      open: async () => {
        asked += 1
        throw new NotAdmitted()
      },
      later: (run) => { waiting.push(run) },
      onState: (state) => { states.push(state) },
      onResync: () => undefined,
    })
    connection.start()
    await Promise.resolve()
    await Promise.resolve()
    expect([asked, waiting.length, states.at(-1)]).toEqual([1, 0, 'idle'])
    connection.start()
    expect(asked).toBe(2)
  })
})
