/** An idle lab: warms it up, and measures the cost of a hop and a query for the predictions. */
import { scenarioOf, scenarios } from '../../model/scenarios.ts'
import type { Calibration } from '../predict/lab-settings.ts'
import { median } from '../quantiles.ts'
import type { Target } from '../target.ts'
import type { MeasuredLab } from './measured-lab.ts'

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
      const headers = { 'content-type': 'application/json' }
      const init = { method, headers, body: JSON.stringify(body) }
      await (await fetch(urls[name] + path, init)).arrayBuffer()
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

/** The times of so many requests, one after another. */
async function timeMany(count: number, send: (index: number) => Promise<number>) {
  const times: number[] = []
  for (let index = 0; index < count; index++) times.push(await send(index))
  return times
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
  await timeMany(warmupRounds, sendClick)
  await timeMany(warmupRounds, reserve)
  const before = await lab.usageOf('analytics')
  const hops = await timeMany(rounds, sendClick)
  const after = await lab.usageOf('analytics')
  const queries = await timeMany(rounds, reserve)
  const hopMs = median(hops)
  // If the system does not show CPU time, assume that half of a hop is computing.
  const hopCpuMs = before && after ? (after.cpuMs - before.cpuMs) / rounds : hopMs / 2
  return { hopMs, hopCpuMs, queryMs: Math.max(0.01, median(queries) - hopMs) }
}
