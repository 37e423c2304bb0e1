/** The ten services: how fast they start, and what they use at rest. */
import { setTimeout as delay } from 'node:timers/promises'
import { launchLab } from '../../local/lab.ts'
import { openLabDatabase } from '../../local/postgres/lab-database.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import { type Figure, figuresOf } from '../figure.ts'
import { alternate, type Plan } from '../plan.ts'
import { cpuMs, memoryOf } from '../usage.ts'

const environment = { HOST: '127.0.0.1' }

type Ten = { pids: number[]; secondsToReady: number }

/** Starts the ten again and again on each runtime, beside a PostgreSQL that is up; files are cached. */
async function onRuntimes<T>(plan: Plan, measure: (ten: Ten) => Promise<T>) {
  const database = await openLabDatabase({ port: 0 })
  const on = (runtime: string) => async () => {
    const begin = performance.now()
    const { logFolder } = plan
    const inherited = inheritedBy(process.env)
    const lab = launchLab({
      ...{ databaseUrl: database.url, environment, inherited, logFolder, runtime },
    })
    try {
      await lab.ready
      const secondsToReady = (performance.now() - begin) / 1000
      return await measure({ pids: lab.services.map(({ pid }) => pid), secondsToReady })
    } finally {
      await lab.kill()
    }
  }
  try {
    const bun = await plan.findBun()
    return await alternate({ node: on(process.execPath), bun: bun ? on(bun) : undefined }, plan)
  } finally {
    await database.close()
  }
}

/** The time until all ten are ready. */
export async function start(plan: Plan): Promise<Figure[]> {
  const { node, bun } = await onRuntimes(plan, async ({ secondsToReady }) => secondsToReady)
  const seconds = (value: number) => value
  return [
    ...figuresOf('start', { ours: node }, [['ten services ready', 's', seconds]]),
    ...figuresOf('start', { ours: bun }, [['ten on Bun ready', 's', seconds]]),
  ]
}

/** Memory, and CPU time per second, of ten services without requests. */
export async function rest(plan: Plan): Promise<Figure[]> {
  const { node, bun } = await onRuntimes(plan, async ({ pids }) => {
    // The start still works for a while.
    await delay(plan.seconds * 2000)
    const before = cpuMs(pids)
    await delay(plan.seconds * 1000)
    const idleCpuMs = (cpuMs(pids) - before) / plan.seconds
    return { ...memoryOf(pids), idleCpuMs }
  })
  return [
    ...figuresOf('rest', { ours: node }, [
      ['memory of ten at rest (RSS)', 'MiB', ({ rssMiB }) => rssMiB],
      ['memory of ten at rest (PSS)', 'MiB', ({ pssMiB }) => pssMiB],
      ['CPU of ten at rest, per second', 'ms', (it) => it.idleCpuMs, { of: 'ours', atMost: 10 }],
    ]),
    ...figuresOf('rest', { ours: bun }, [
      ['memory of ten on Bun (RSS)', 'MiB', ({ rssMiB }) => rssMiB],
      ['memory of ten on Bun (PSS)', 'MiB', ({ pssMiB }) => pssMiB],
    ]),
  ]
}
