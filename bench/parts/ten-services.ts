/** The ten services: how fast they start, and what they use at rest. */
import { setTimeout as delay } from 'node:timers/promises'
import { launchLab } from '../../local/lab.ts'
import { type Figure, figuresFrom } from '../figure.ts'
import { openDatabase } from '../open-database.ts'
import type { Plan } from '../plan.ts'
import { alternate } from '../rounds.ts'
import { cpuMs, memoryOf } from '../usage.ts'

const environment = { HOST: '127.0.0.1' }

type Ten = { pids: number[]; secondsToReady: number }

type OnRuntimes<T> = { ours: T[]; bun?: T[] }

/** Starts the ten again and again on each runtime, beside a PostgreSQL that is up; files are cached. */
async function onRuntimes<T>(
  plan: Plan,
  measure: (ten: Ten) => Promise<T>,
): Promise<OnRuntimes<T>> {
  const database = await openDatabase([])
  const on = (runtime: string) => async () => {
    const begin = performance.now()
    const { logFolder } = plan
    const lab = launchLab({ databaseUrl: database.url, environment, logFolder, runtime })
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
    const ours = on(process.execPath)
    return bun ? await alternate({ ours, bun: on(bun) }, plan) : await alternate({ ours }, plan)
  } finally {
    await database.close()
  }
}

/** The time until all ten are ready. */
export async function start(plan: Plan): Promise<Figure[]> {
  const { ours, bun } = await onRuntimes(plan, async ({ secondsToReady }) => secondsToReady)
  const seconds = (value: number) => value
  return [
    figuresFrom('start', { ours })('ten services ready', 's', seconds),
    ...(bun ? [figuresFrom('start', { ours: bun })('ten on Bun ready', 's', seconds)] : []),
  ]
}

/** Memory, and CPU time per second, of ten services without requests. */
export async function rest(plan: Plan): Promise<Figure[]> {
  const { ours, bun } = await onRuntimes(plan, async ({ pids }) => {
    // The start still works for a while.
    await delay(plan.seconds * 2000)
    const before = cpuMs(pids)
    await delay(plan.seconds * 1000)
    const idleCpuMs = (cpuMs(pids) - before) / plan.seconds
    const { rss, pss } = await memoryOf(pids)
    return { rssMiB: rss / 1024, pssMiB: pss / 1024, idleCpuMs }
  })
  const onNode = figuresFrom('rest', { ours })
  const onBun = bun && figuresFrom('rest', { ours: bun })
  return [
    onNode('memory of ten at rest (RSS)', 'MiB', ({ rssMiB }) => rssMiB),
    onNode('memory of ten at rest (PSS)', 'MiB', ({ pssMiB }) => pssMiB),
    onNode('CPU of ten at rest, per second', 'ms', (it) => it.idleCpuMs, {
      of: 'ours',
      atMost: 10,
    }),
    ...(onBun
      ? [
          onBun('memory of ten on Bun (RSS)', 'MiB', ({ rssMiB }) => rssMiB),
          onBun('memory of ten on Bun (PSS)', 'MiB', ({ pssMiB }) => pssMiB),
        ]
      : []),
  ]
}
