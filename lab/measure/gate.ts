/** The limits that the load generator must meet, before a measurement and in each run. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LoadSpec } from '../experiment.ts'
import type { GeneratorReport, Probe } from '../measurement.ts'
import { quantile } from '../quantiles.ts'
import { targetOf } from '../target.ts'
import { type GenerateOptions, generate } from './generator.ts'
import type { MeasuredLab } from './measured-lab.ts'
import { planOf } from './run.ts'

// k6 and a service wake each other: on an idle machine k6 waits for 0.3 to 0.45 of the time that it
// could run. With two busy programs beside it, it is 0.8.
const limits = { p95Ms: 10, waitShare: 0.6 }

/** A server that answers every click at once, at an address that the generators reach. */
async function openTrivialServer({ host }: MeasuredLab) {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('Content-Type', 'application/json')
    response.end('{"status":"tracked"}')
  })
  await new Promise<void>((resolve) => server.listen(0, host.replace(/^\[|\]$/g, ''), resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://${host}:${port}`, close: () => server.close() }
}

const probeLoad: LoadSpec = {
  name: 'probe',
  scenario: 6,
  arrivals: 'even',
  perSecond: 200,
  startSeconds: 0,
  seconds: 3,
  warmupSeconds: 1,
  restSeconds: 0,
}

type ProbeOptions = Omit<GenerateOptions, 'plan'> & { lab: MeasuredLab }

/** Loads a server that answers at once: any delay is then the load generator's. */
export async function probeGenerator({ lab, ...options }: ProbeOptions): Promise<Probe> {
  const server = await openTrivialServer(lab)
  try {
    const target = { ...lab, ...targetOf(() => server.url) }
    const plan = planOf({ id: 'probe', loads: [probeLoad], seed: 1 }, target)
    const { samples, generator } = await generate({ plan, host: lab.host, ...options })
    const counted = samples.filter(({ dueMs }) => dueMs >= probeLoad.warmupSeconds * 1000)
    const latencies = counted.map(({ latencyMs }) => latencyMs)
    const p95Ms = latencies.length > 0 ? quantile(latencies, 0.95) : Infinity
    return { ...generator, p95Ms, objections: objectionsTo({ ...generator, p95Ms }) }
  } finally {
    server.close()
  }
}

const percentOf = (share: number) => `${Math.round(share * 100)} %`

/** Why a load generator is too slow, in words. */
export function objectionsTo({ dropped, waitShare = 0, p95Ms }: Omit<Probe, 'objections'>) {
  return [
    dropped > 0 && `it dropped ${dropped} of the requests that were due`,
    waitShare > limits.waitShare &&
      `it waited for a core ${percentOf(waitShare)} of the time that it could have run`,
    p95Ms > limits.p95Ms &&
      `a server that answers at once seemed to take ${p95Ms.toFixed(1)} ms (95th percentile)`,
  ].filter((objection) => typeof objection === 'string')
}

/** Why a run does not count; `undefined` if it does. */
export const objectionToRun = (
  { waitShare = 0 }: GeneratorReport,
  limit = limits.waitShare,
): string | undefined =>
  waitShare > limit
    ? `k6 waited for a core ${percentOf(waitShare)} of the time that it could have run`
    : undefined
