/**
 * A load generator of its own process, for one request repeated: `node open-loop.ts '{"port":8006,"perSecond":9000,"seconds":5}'`.
 * Arrivals come at their times whatever becomes of the earlier ones: each takes a free connection, or opens one. It writes
 * prepared bytes to raw sockets, since an HTTP client costs more than the service under test. Prints its result as JSON.
 */
import { connect, type Socket } from 'node:net'

export type OpenLoopOptions = {
  port: number
  /** Arrivals per second; without it each of `connections` sends its next request when it has its answer. */
  perSecond?: number
  seconds: number
  /** How many connections may be open. */
  connections: number
  /** Answers of the first seconds that do not count. */
  warmUpSeconds?: number
}

/** Latencies in milliseconds, by status, and how far the generator itself kept up. */
export type OpenLoopResult = {
  offeredPerSecond: number
  sentPerSecond: number
  /** Arrivals that found no connection free and none to be opened. */
  dropped: number
  /** Requests whose connection ended before their answer. */
  lost: number
  connections: number
  /** How late arrivals were sent, the slowest of 100. */
  lateP99Ms: number
  latencies: Record<string, number[]>
}

const body = '{"user_id":1,"page":"/home"}'
const request = [
  'POST /track_click HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n')

async function generate(options: OpenLoopOptions): Promise<OpenLoopResult> {
  const { port, perSecond = 0, seconds, connections, warmUpSeconds = 0 } = options
  const free: Connection[] = []
  const latencies: Record<string, number[]> = {}
  const late: number[] = []
  let opened = 0
  let dropped = 0
  let lost = 0
  let waiting = 0
  let sent = 0
  const start = performance.now()
  const counts = (sentAt: number) => sentAt - start >= warmUpSeconds * 1000

  type Connection = { socket: Socket; sentAt: number; pending: boolean }
  function open(): Connection {
    opened++
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
    const connection = { socket, sentAt: 0, pending: false }
    let partial = ''
    socket.on('data', (chunk: string) => {
      const answer = partial + chunk
      const head = answer.indexOf('\r\n\r\n')
      const length = /content-length: (\d+)/i.exec(answer)?.[1]
      partial = answer
      if (head < 0 || answer.length < head + 4 + Number(length)) return
      partial = ''
      receive(connection, answer.slice(9, 12))
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      opened--
      if (connection.pending) lose()
      const at = free.indexOf(connection)
      if (at >= 0) free.splice(at, 1)
    })
    return connection
  }
  function lose(): void {
    lost++
    waiting--
  }
  function receive(connection: Connection, status: string): void {
    waiting--
    connection.pending = false
    const samples = latencies[status] ?? []
    latencies[status] = samples
    if (counts(connection.sentAt)) samples.push(performance.now() - connection.sentAt)
    free.push(connection)
    if (perSecond === 0 && performance.now() - start < seconds * 1000) send()
  }
  function send(): void {
    const connection = free.pop() ?? (opened < connections ? open() : undefined)
    if (!connection) return void dropped++
    connection.sentAt = performance.now()
    connection.pending = true
    if (counts(connection.sentAt)) sent++
    waiting++
    connection.socket.write(request, 'latin1')
  }
  const tick = () => new Promise((resolve) => setImmediate(resolve))
  if (perSecond === 0) for (let n = 0; n < connections; n++) send()
  for (let arrival = 0, now = start; now - start < seconds * 1000; now = performance.now()) {
    for (; perSecond > 0 && arrival / perSecond < (now - start) / 1000; arrival++) {
      if (arrival % 100 === 0) late.push(performance.now() - start - (arrival / perSecond) * 1000)
      send()
    }
    await tick()
  }
  const end = performance.now()
  while (waiting > 0 && performance.now() - end < 20_000) await tick()
  late.sort((a, b) => a - b)
  return {
    offeredPerSecond: perSecond,
    sentPerSecond: sent / (seconds - warmUpSeconds),
    dropped,
    lost: lost + waiting,
    connections: opened,
    lateP99Ms: late[Math.floor(late.length * 0.99)] ?? 0,
    latencies,
  }
}

const [, , options] = process.argv
if (options !== undefined) {
  process.stdout.write(JSON.stringify(await generate(JSON.parse(options) as OpenLoopOptions)), () =>
    process.exit(),
  )
}
