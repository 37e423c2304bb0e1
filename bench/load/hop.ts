/**
 * One caller, one call after another: `node hop.ts '{"caller":"ours","url":"http://…",…}'` sends
 * its result to its parent.
 */
import { Hono } from 'hono'
import { pino } from 'pino'
import { quantile } from 'simple-statistics'
import { call } from '../../functions/http/call.ts'
import { reindex } from '../../functions/search/contract.ts'
import { createClient } from '../../runtime/calls/clients.ts'
import { createMetrics } from '../../runtime/telemetry/metrics.ts'
import {
  asCurrent,
  type RequestContext,
  type RequestVariables,
} from '../../runtime/telemetry/spans.ts'
import { callerOf } from '../floors/call.ts'
import { newEntry } from '../floors/serve.ts'

export type HopOptions = {
  caller: 'ours' | 'floor'
  /** The search service that is called. */
  url: string
  warmUpSeconds: number
  seconds: number
}

export type HopResult = { cpuMicroseconds: number; p50Ms: number; p99Ms: number }

const { caller, url, warmUpSeconds, seconds } = JSON.parse(process.argv[2] ?? '') as HopOptions

type Call = (c: RequestContext) => Promise<unknown>

function ourCall(): Call {
  const { fetch } = createClient({
    target: 'search',
    baseURL: url,
    metrics: createMetrics(),
    logger: pino({ level: 'warn' }),
  })
  return (c) => {
    // The spans of one request, as a function's own request collects them.
    c.set('spans', [])
    return call(fetch, reindex, { product_id: 1 }, c.req.raw.signal)
  }
}

function floorCall(): Call {
  const send = callerOf('search', reindex, url)
  const entry = newEntry(undefined)
  return () => send({ product_id: 1 }, entry)
}

async function repeat(send: () => Promise<unknown>, forSeconds: number): Promise<number[]> {
  const latencies: number[] = []
  const end = performance.now() + forSeconds * 1000
  for (let now = performance.now(); now < end; ) {
    await send()
    const after = performance.now()
    latencies.push(after - now)
    now = after
  }
  return latencies
}

async function measure(send: () => Promise<unknown>): Promise<HopResult> {
  await repeat(send, warmUpSeconds)
  const since = process.cpuUsage()
  const latencies = await repeat(send, seconds)
  const { user, system } = process.cpuUsage(since)
  return {
    cpuMicroseconds: (user + system) / latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

// A call is made while a request is answered, whose id and trace it carries on.
const send = caller === 'ours' ? ourCall() : floorCall()
const app = new Hono<{ Variables: RequestVariables }>()
app.get('/', async (c) => c.json(await asCurrent(c, () => measure(() => send(c)))))
process.send?.(await (await app.request('/')).json())
