/** The conditions of a measurement: a load generator with time to spare, and a known noise. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LoadSample } from '../../formats/samples.ts'
import type { LoadSpec } from '../experiment.ts'
import { noiseFloor } from '../judge/compare.ts'
import type { Probe } from '../measurement.ts'
import { quantile } from '../quantiles.ts'
import { targetOf } from '../target.ts'
import { type GenerateOptions, generate } from './generator.ts'
import type { MeasuredLab } from './measured-lab.ts'
import { planOf } from './run.ts'

const limits = { p95Ms: 10, waitShare: 0.3 }
const probeRate = 200

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
  perSecond: probeRate,
  startSeconds: 0,
  seconds: 3,
  warmupSeconds: 1,
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

/** Why a load generator is too slow, in words. */
export function objectionsTo({ dropped, waitShare = 0, p95Ms }: Omit<Probe, 'objections'>) {
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return [
    dropped > 0 && `it dropped ${dropped} of the requests that were due`,
    waitShare > limits.waitShare &&
      `it waited for a core ${percent(waitShare)} of the time that it could have run`,
    p95Ms > limits.p95Ms &&
      `a server that answers at once seemed to take ${p95Ms.toFixed(1)} ms (95th percentile)`,
  ].filter((objection) => typeof objection === 'string')
}

const noiseLoads: readonly LoadSpec[] = [3, 5, 6].map((scenario, index) => ({
  name: `scenario-${scenario}`,
  scenario,
  arrivals: 'closed',
  users: 1,
  startSeconds: index * 0.6,
  seconds: 0.5,
  warmupSeconds: 0.1,
}))

const noiseRuns = 6

/** Runs the same load six times: how much equal runs differ, as a share of their median. */
export async function measureNoise({ lab, ...options }: ProbeOptions): Promise<number> {
  const runs: LoadSample[][] = []
  for (let run = 0; run < noiseRuns; run++) {
    const plan = planOf({ id: `noise-${Date.now()}-${run}`, loads: noiseLoads, seed: 1 }, lab)
    runs.push((await generate({ plan, host: lab.host, ...options })).samples)
  }
  const floors = noiseLoads.map(({ name }) =>
    noiseFloor(
      runs.map((samples) => samples.filter(({ load }) => load === name).map((s) => s.latencyMs)),
    ),
  )
  return Math.max(...floors)
}
