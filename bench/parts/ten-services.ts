/** The ten services: how fast they start, and what they use at rest. */
import { setTimeout as delay } from 'node:timers/promises'
import { launchLab } from '../../local/lab.ts'
import { openLabDatabase } from '../../local/postgres/lab-database.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import type { StyleName } from '../../model/styles.ts'
import { type Figure, figuresOf, type Target } from '../figure.ts'
import { alternate, type Plan, settingsOf } from '../plan.ts'
import { memoryOf, meterCpu } from '../usage.ts'

type Ten = { pids: number[]; secondsToReady: number }

type TenOptions = { runtime?: string; style?: StyleName }

/** Starts the ten again and again, beside a PostgreSQL that is up; files are cached. */
const startTen =
  <T>(plan: Plan, databaseUrl: string, measure: (ten: Ten) => Promise<T>) =>
  (options: TenOptions) =>
  async () => {
    const begin = performance.now()
    const inherited = inheritedBy(process.env)
    const { logFolder } = plan
    const environment = settingsOf(plan)
    const lab = launchLab({ databaseUrl, environment, inherited, logFolder, ...options })
    try {
      await lab.ready
      const secondsToReady = (performance.now() - begin) / 1000
      return await measure({ pids: lab.services.map(({ pid }) => pid), secondsToReady })
    } finally {
      await lab.kill()
    }
  }

async function measureTen(
  { pids, secondsToReady }: Ten,
  plan: Plan,
  settleMs = plan.seconds * 2000,
) {
  // The start still works for a while.
  await delay(settleMs)
  const usedMs = meterCpu(() => pids)
  await delay(plan.seconds * 1000)
  const idleCpuMs = usedMs() / plan.seconds
  return { ready: secondsToReady, ...memoryOf(pids), idleCpuMs }
}

const ratioAtMost = (limit: number): Target => ({ of: 'ratio', atMost: limit })

/** The ten of the asynchronous style against those of the synchronous one. */
export async function compareTen(plan: Plan): Promise<Figure[]> {
  const database = await openLabDatabase({ port: 0, maxConnections: 300 })
  // Consumers look less often once they have taken nothing for ten seconds.
  const settleMs = plan.quick ? 0 : 13_000
  const start = startTen(plan, database.url, (ten) => measureTen(ten, plan, settleMs))
  const sides = { ours: start({ style: 'async' }), floor: start({ style: 'sync' }) }
  try {
    return figuresOf('messages', await alternate(sides, plan), [
      ['ten asynchronous services ready', 's', ({ ready }) => ready, ratioAtMost(1.3)],
      ['CPU of ten at rest, per second', 'ms', ({ idleCpuMs }) => idleCpuMs, ratioAtMost(3)],
      ['memory of ten at rest (PSS)', 'MiB', ({ pssMiB }) => pssMiB],
    ])
  } finally {
    await database.close()
  }
}

/** The time until all ten are ready; then their memory and CPU time without requests. */
export async function ten(plan: Plan): Promise<Figure[]> {
  const database = await openLabDatabase({ port: 0 })
  const start = startTen(plan, database.url, (started) => measureTen(started, plan))
  try {
    const bun = await plan.findBun()
    const sides = { node: start({}), bun: bun ? start({ runtime: bun }) : undefined }
    const measured = await alternate(sides, plan)
    return [
      ...figuresOf('ten', { ours: measured.node }, [
        ['ready', 's', ({ ready }) => ready],
        ['memory at rest (RSS)', 'MiB', ({ rssMiB }) => rssMiB],
        ['memory at rest (PSS)', 'MiB', ({ pssMiB }) => pssMiB],
        ['CPU at rest, per second', 'ms', (it) => it.idleCpuMs, { of: 'ours', atMost: 10 }],
      ]),
      ...figuresOf('ten', { ours: measured.bun }, [
        ['on Bun: ready', 's', ({ ready }) => ready],
        ['on Bun: memory at rest (RSS)', 'MiB', ({ rssMiB }) => rssMiB],
        ['on Bun: memory at rest (PSS)', 'MiB', ({ pssMiB }) => pssMiB],
      ]),
    ]
  } finally {
    await database.close()
  }
}
