/** How fast the ten services start, what they use at rest, and the first report. */
import { setTimeout as delay } from 'node:timers/promises'
import { launchLab } from '../../local/lab.ts'
import { functionNames } from '../../model/services.ts'
import { comparing, type Figure, type Sides, type Target } from '../figure.ts'
import type { Plan } from '../plan.ts'
import { measureWarm } from '../rounds.ts'
import { findBun } from '../sides/bun.ts'
import { openDatabase } from '../sides/database.ts'
import { startFloors } from '../sides/floors.ts'
import { cpuMs, memoryOf } from '../usage.ts'

const part = 'start'
const reportSeconds = 0.5
const environment = { HOST: '127.0.0.1', REPORT_CPU_SECONDS: String(reportSeconds) }

/** Ten processes, and the address of the report service. */
type Ten = { pids: number[]; report: string; close: () => Promise<void> }

type Start = {
  seconds: number
  rssMiB: number
  pssMiB: number
  /** CPU time per second at rest, in milliseconds. */
  idleCpuMs: number
  /** What the first report took beyond its budget of CPU time, in milliseconds. */
  firstReportOverMs: number
}

async function startOurs({ logFolder }: Plan, databaseUrl: string, runtime?: string): Promise<Ten> {
  const lab = launchLab({ databaseUrl, environment, logFolder, ...(runtime && { runtime }) })
  await lab.ready
  return { pids: lab.services.map(({ pid }) => pid), report: lab.urls.report, close: lab.kill }
}

async function startFloor({ logFolder }: Plan, databaseUrl: string): Promise<Ten> {
  const options = { functions: functionNames, databaseUrl, environment, cores: [], logFolder }
  const { servers, close } = await startFloors(options)
  const report = servers.get('report')?.url ?? ''
  return { pids: [...servers.values()].map(({ pid }) => pid), report, close }
}

async function timeReport(url: string): Promise<number> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  const start = performance.now()
  await (await fetch(`${url}/generate_report`, init)).text()
  return performance.now() - start - reportSeconds * 1000
}

const measure =
  ({ seconds }: Plan, open: () => Promise<Ten>) =>
  async (): Promise<Start> => {
    const start = performance.now()
    const { pids, report, close } = await open()
    try {
      const ready = (performance.now() - start) / 1000
      // What the start has left to do is not rest.
      await delay(seconds * 2000)
      const before = cpuMs(pids)
      await delay(seconds * 1000)
      const idleCpuMs = (cpuMs(pids) - before) / seconds
      const { rss, pss } = await memoryOf(pids)
      const firstReportOverMs = await timeReport(report)
      const memory = { rssMiB: rss / 1024, pssMiB: pss / 1024 }
      return { seconds: ready, ...memory, idleCpuMs, firstReportOverMs }
    } finally {
      await close()
    }
  }

/** Starts the ten services again and again beside a PostgreSQL that is up; files are cached. */
export async function start(plan: Plan): Promise<Figure[]> {
  const database = await openDatabase([])
  const onNode = {
    ours: measure(plan, () => startOurs(plan, database.url)),
    floor: measure(plan, () => startFloor(plan, database.url)),
  }
  const bun = await findBun(plan)
  try {
    if (!bun) return figuresOf(await measureWarm(onNode, plan))
    const sides = { ...onNode, bun: measure(plan, () => startOurs(plan, database.url, bun)) }
    return figuresOf(await measureWarm(sides, plan))
  } finally {
    await database.close()
  }
}

type Starts = Sides<Start> & { bun?: readonly Start[] }

function figuresOf({ ours, floor, bun }: Starts): Figure[] {
  const compare = comparing(part, { ours, floor })
  const onBun = bun && comparing(part, { ours: bun, floor })
  return [
    compare('ten services ready', 's', ({ seconds }) => seconds),
    compare('memory of ten at rest (RSS)', 'MiB', ({ rssMiB }) => rssMiB),
    compare('memory of ten at rest (PSS)', 'MiB', ({ pssMiB }) => pssMiB),
    compare('CPU of ten at rest, per second', 'ms', (it) => it.idleCpuMs, most(10)),
    compare('first report, beyond its budget', 'ms', (it) => it.firstReportOverMs, most(50)),
    ...(onBun
      ? [
          onBun('ten on Bun ready, floor on Node.js', 's', ({ seconds }) => seconds),
          onBun('memory of ten on Bun (RSS)', 'MiB', ({ rssMiB }) => rssMiB),
          onBun('memory of ten on Bun (PSS)', 'MiB', ({ pssMiB }) => pssMiB),
        ]
      : []),
  ]
}

const most = (atMost: number): Target => ({ of: 'ours', atMost })
