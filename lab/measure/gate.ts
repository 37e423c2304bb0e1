/** What comes before a measurement: a warm lab, the cost of its hops, a fast generator, the noise. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ofetch } from 'ofetch'
import { scenarioOf, scenarios } from '../../model/scenarios.ts'
import type { LoadSpec } from '../experiment.ts'
import { noiseFloor } from '../judge/compare.ts'
import type { Probe } from '../measurement.ts'
import type { Calibration } from '../predict/lab-settings.ts'
import { median, quantile } from '../quantiles.ts'
import { type Target, targetOf } from '../target.ts'
import { type GenerateOptions, generate } from './generator.ts'
import type { MeasuredLab } from './measured-lab.ts'
import { planOf } from './run.ts'

const limits = { p95Ms: 10, waitShare: 0.3 }

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
  const runs = await Array.fromAsync({ length: noiseRuns }, async (_, run) => {
    const plan = planOf({ id: `noise-${Date.now()}-${run}`, loads: noiseLoads, seed: 1 }, lab)
    return (await generate({ plan, host: lab.host, ...options })).samples
  })
  const floors = noiseLoads.map(({ name }) =>
    noiseFloor(
      runs.map((samples) => samples.filter(({ load }) => load === name).map((s) => s.latencyMs)),
    ),
  )
  return Math.max(...floors)
}

// Enough for the compiler of V8 to have seen what a request passes.
const warmUpRounds = 300

/**
 * Plays the scenarios that wait for nothing, one after another, so that the first run of a lab finds
 * its code compiled and its connections open.
 */
export async function warmUp({ urls }: Target): Promise<void> {
  const quick = scenarios.filter((scenario) => !scenario.waitsFor)
  for (let count = 0; count < warmUpRounds; count++)
    for (const { request, method, function: name } of quick) {
      const { path, body } = request({ unique: `warm-up-${crypto.randomUUID()}`, count })
      await ofetch(urls[name] + path, { method, body, ignoreResponseError: true })
    }
}

const rounds = 200
const warmupRounds = 100

/** Sends a request, and waits for its answer; milliseconds. */
async function time(url: string, body: object): Promise<number> {
  const start = performance.now()
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} while the lab was calibrated`)
  return performance.now() - start
}

/**
 * Measures an idle lab: a click is one hop, and a reservation is one hop and one query.
 * @throws Error if a service does not answer as designed
 */
export async function calibrate(lab: MeasuredLab): Promise<Calibration> {
  const { urls } = lab
  const click = scenarioOf(6).request({ unique: 'calibration', count: 0 })
  const sendClick = () => time(urls.analytics + click.path, click.body)
  const reserve = () => time(`${urls.inventory}/reserve_stock`, { product_id: 1 })
  for (const send of [sendClick, reserve]) await Array.fromAsync({ length: warmupRounds }, send)
  const before = await lab.usageOf('analytics')
  const hops = await Array.fromAsync({ length: rounds }, sendClick)
  const after = await lab.usageOf('analytics')
  const queries = await Array.fromAsync({ length: rounds }, reserve)
  const hopMs = median(hops)
  // If the system does not show CPU time, assume that half of a hop is computing.
  const hopCpuMs = before && after ? (after.cpuMs - before.cpuMs) / rounds : hopMs / 2
  return { hopMs, hopCpuMs, queryMs: Math.max(0.01, median(queries) - hopMs) }
}
