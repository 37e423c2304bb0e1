/** Whether a busy report service stays responsive: `/health` while every core hashes. */
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from 'simple-statistics'
import { Pool } from 'undici'
import { startService, untilReady } from '../../local/processes/process.ts'
import { comparing, type Figure, type Target } from '../figure.ts'
import type { Plan } from '../plan.ts'
import { measureWarm } from '../rounds.ts'
import { startFloors } from '../sides/floors.ts'

const everyMs = 5
const target: Target = { of: 'ours', atMost: 10 }
const environment = { HOST: '127.0.0.1', REPORT_CPU_SECONDS: '600' }

async function startOurs({ logFolder }: Plan) {
  const service = await startService({ name: 'report', environment, logFolder })
  await untilReady(service)
  return { url: service.url, close: service.kill }
}

async function startFloor({ logFolder }: Plan) {
  const options = { functions: ['report'], environment, cores: [], logFolder } as const
  const { servers, close } = await startFloors(options)
  return { url: servers.get('report')?.url ?? '', close }
}

/** Asks for a report per core, each of which outlasts the measurement. */
function keepCoresBusy(url: string, signal: AbortSignal): void {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  for (let core = 0; core < availableParallelism(); core++)
    fetch(`${url}/generate_report`, { ...init, signal }).catch(() => {})
}

/** The latencies of `/health`, in milliseconds. */
async function askHealth(pool: Pool, seconds: number): Promise<number[]> {
  const latencies: number[] = []
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const start = performance.now()
    await (await pool.request({ path: '/health', method: 'GET' })).body.text()
    latencies.push(performance.now() - start)
    await delay(everyMs)
  }
  return latencies
}

/** The 99th percentile of `/health` of a new process, in milliseconds. */
const measure =
  (start: () => Promise<{ url: string; close: () => Promise<unknown> }>, seconds: number) =>
  async (): Promise<number> => {
    const { url, close } = await start()
    const leaving = new AbortController()
    // fetch would add the pauses of its own garbage.
    const pool = new Pool(url, { connections: 1 })
    try {
      await askHealth(pool, seconds / 4)
      keepCoresBusy(url, leaving.signal)
      await askHealth(pool, seconds / 4)
      return quantile(await askHealth(pool, seconds), 0.99)
    } finally {
      leaving.abort()
      await pool.destroy()
      await close()
    }
  }

/** The client shares the cores with the hashing threads, so its own waits for a core count as well. */
export async function health(plan: Plan): Promise<Figure[]> {
  const sides = {
    ours: measure(() => startOurs(plan), plan.seconds),
    floor: measure(() => startFloor(plan), plan.seconds),
  }
  const compare = comparing('health', await measureWarm(sides, plan))
  return [compare('p99 of /health while every core hashes', 'ms', (p99) => p99, target)]
}
