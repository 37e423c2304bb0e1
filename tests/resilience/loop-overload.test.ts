import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningService, startService, untilReady } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { type Buckets, bucketsOf } from '../metric-sums.ts'
import { metricsAt } from '../service-metrics.ts'
import { serviceRuntime } from '../setup/runtime.ts'
import { canPin, runOn, shareCore } from './core-share.ts'
import { sampleOf } from './lab.ts'
import type { LoadOptions, LoadResult } from './open-loop.ts'
import { scaled } from './scale.ts'
import { added, filledWith, quantileOf } from './service-histogram.ts'
import { quantile } from './statistics.ts'

const generator = fileURLToPath(new URL('open-loop.ts', import.meta.url))
const seconds = scaled(60, 10)
const rampSeconds = 2
const warmUpSeconds = 4
const connections = 2000
// The service shares its core with another process. Otherwise the generator could not send three
// times its ceiling from the other core.
const others = 1

let service: RunningService
let stopOthers: () => void
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-loop-overload-'))
  const runtime = await serviceRuntime()
  const environment = { HOST: '127.0.0.1' }
  service = await startService({ name: 'analytics', environment, runtime, logFolder: folder })
  await untilReady(service)
  stopOthers = await shareCore(0, service.pid, others)
})
afterAll(async () => {
  stopOthers?.()
  await service?.kill()
  await rm(folder, { recursive: true, force: true })
})

const click = async (options: Omit<LoadOptions, 'port'>, onMeasuring?: () => void) => {
  const load = { port: service.port, ...options }
  return JSON.parse(await runOn(1, generator, load, onMeasuring)) as LoadResult
}

/** Clicks per second with 64 closed-loop clients. */
async function ceiling(): Promise<number> {
  await click({ connections: 64, seconds: 3 })
  const { arrivals } = await click({ connections: 64, seconds: 3 })
  return arrivals / 3
}

const latenciesOf = async (status: number) =>
  bucketsOf(await metricsAt(service.url), metrics.requestDuration.name, { status: `${status}` })

/** The latencies in milliseconds of requests over new connections, four per second. */
async function probe(path: string, until: Promise<unknown>): Promise<number[]> {
  const latencies: number[] = []
  let isOver = false
  void until.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const start = performance.now()
    const answer = await fetch(service.url + path, { headers: { connection: 'close' } })
    await answer.arrayBuffer()
    expect(answer.status).toBe(200)
    latencies.push(performance.now() - start)
    await delay(250)
  }
  return latencies
}

test.runIf(canPin)(
  'at three times the ceiling probes answer and latencies are correct',
  { timeout: 180_000 },
  async () => {
    const perSecond = 3 * (await ceiling())
    let before: Promise<Buckets> | undefined
    const options = { perSecond, seconds, rampSeconds, warmUpSeconds, connections }
    const load = click(options, () => {
      before = latenciesOf(200)
    })
    const [{ latencies, ...sending }, health, scrapes] = await Promise.all([
      load,
      probe('/health', load),
      probe('/metrics', load),
    ])
    const [served = [], refused = []] = [latencies['200'], latencies['503']]
    const histogram = added((await before) ?? new Map(), await latenciesOf(200))
    // In the same buckets: those are wide where p95 lies, and quantiles are linear within one.
    const asClient = quantileOf(filledWith(histogram, served), 0.95)
    const p95Ms = { client: asClient, histogram: quantileOf(histogram, 0.95) }
    const probesMaxMs = { health: Math.max(...health), metrics: Math.max(...scrapes) }
    const counts = { served: served.length, refused: refused.length }
    const refusedP95Ms = quantile(refused, 0.95)
    console.log({ perSecond, ...sending, ...counts, p95Ms, refusedP95Ms, probesMaxMs })

    // Otherwise the test would measure the generator.
    expect(sending.arrivals).toBeGreaterThan(perSecond * (seconds - rampSeconds / 2) * 0.98)
    expect(sending.lateP99Ms).toBeLessThan(50)
    expect(sending.lost).toBe(0)

    expect(counts.served).toBeGreaterThan(0)
    expect(counts.refused).toBeGreaterThan(0)
    expect(Math.max(...health, ...scrapes)).toBeLessThan(1000)
    expect(p95Ms.histogram / p95Ms.client).toBeGreaterThan(0.8)
    expect(p95Ms.histogram / p95Ms.client).toBeLessThan(1.2)
    await expect.poll(() => sampleOf(service.url, metrics.loopQueue.name)).toBe(0)
  },
)
