/**
 * A load generator of clicks in its own process: `node open-loop.ts '{"port":8006,…}'` prints a
 * line when the measurement begins, and its result as JSON. Arrivals do not wait for responses.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { openConnections } from './connections.ts'

export type LoadOptions = {
  port: number
  /** Arrivals per second; without it each connection sends its next request after its response. */
  perSecond?: number
  seconds: number
  /** The time in which the rate rises from 0 to `perSecond`. */
  rampSeconds?: number
  /** Earlier responses are not measured. */
  warmUpSeconds?: number
  /** The limit of open connections. */
  connections: number
}

export type LoadResult = {
  /** Arrivals, including dropped ones. */
  arrivals: number
  /** Arrivals for which no connection was free. */
  dropped: number
  /** Requests without a response. */
  lost: number
  /** 99th percentile of how late arrivals were sent, in milliseconds. */
  lateP99Ms: number
  /** Latencies in milliseconds, by status. */
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

const answerLimitMs = 20_000

/** Arrivals that are due after so many seconds. */
const dueAfter = (seconds: number, perSecond: number, rampSeconds: number) =>
  seconds < rampSeconds
    ? (perSecond * seconds ** 2) / (2 * rampSeconds)
    : perSecond * (seconds - rampSeconds / 2)

async function generate(options: LoadOptions): Promise<LoadResult> {
  const { port, perSecond, seconds, rampSeconds = 0, warmUpSeconds = 0, connections } = options
  const latencies: Record<string, number[]> = {}
  const late: number[] = []
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  let arrivals = 0
  let isMeasuring = false
  const onAnswer = (status: string, milliseconds: number) => {
    const samples = latencies[status] ?? []
    latencies[status] = samples
    if (isMeasuring) samples.push(milliseconds)
    if (perSecond === undefined && elapsed() < seconds) send()
  }
  const pool = openConnections({ port, limit: connections, request, onAnswer })
  const send = () => {
    arrivals++
    pool.send()
  }
  if (perSecond === undefined) for (let n = 0; n < connections; n++) send()
  for (let now = 0; now < seconds; now = elapsed()) {
    if (!isMeasuring && now >= warmUpSeconds) {
      isMeasuring = true
      console.log('measuring')
    }
    const due = perSecond === undefined ? 0 : dueAfter(now, perSecond, rampSeconds)
    if (perSecond !== undefined) late.push((Math.max(0, due - arrivals) / perSecond) * 1000)
    while (perSecond !== undefined && arrivals < due) send()
    await turn()
  }
  const end = performance.now()
  while (pool.counts.waiting > 0 && performance.now() - end < answerLimitMs) await turn()
  const { dropped, lost, waiting } = pool.counts
  late.sort((a, b) => a - b)
  const lateP99Ms = late[Math.floor(late.length * 0.99)] ?? 0
  return { arrivals, dropped, lost: lost + waiting, lateP99Ms, latencies }
}

const result = await generate(JSON.parse(process.argv[2] ?? '') as LoadOptions)
process.stdout.write(JSON.stringify(result), () => process.exit())
