/** The load generator, k6, as experiments use it: a plan in, one sample per request out. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadPlan, type LoadSample, parseSample } from '../../model/load-plan.ts'
import { type K6Process, runK6Process, type Summary } from './k6-process.ts'
import type { Usage } from './process-usage.ts'

/** The cost of a run of the load generator, and whether it kept its plan. */
export type GeneratorReport = {
  /** Requests that were due while every user was busy. */
  dropped: number
  /** Its share of one core; `undefined` if the system does not show it. */
  cpuShare?: number | undefined
  /** Of the time that it could have run, the share that it waited for a core. */
  waitShare?: number | undefined
}

export type Generated = { samples: LoadSample[]; generator: GeneratorReport; output: string }

export type GenerateOptions = {
  plan: LoadPlan
  /** Aborts to end k6 and to forget what it has measured. */
  signal?: AbortSignal
  /** The program. */
  k6?: string
  /** Processes that share the load: each plays its segment of every load. */
  processes?: number | undefined
}

/**
 * Plays a plan to its end. Several processes share it by k6's execution segments; their samples are
 * put together one by one, so that percentiles are those of all requests.
 * @throws Error with k6's output if one fails; the reason of `signal` if that aborts
 */
export async function generate({
  plan,
  signal,
  k6 = 'k6',
  processes = 1,
}: GenerateOptions): Promise<Generated> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-load-'))
  try {
    const planFile = join(folder, 'plan.json')
    await writeFile(planFile, JSON.stringify(plan))
    const parts = Array.from({ length: processes }, (_, index) =>
      generatePart(
        { k6, planFile, signal, samplesFile: join(folder, `${index}.csv`) },
        segmentOf(index, processes),
      ),
    )
    return merge(await Promise.all(parts))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The share of one of n processes, as k6's options have it. */
function segmentOf(index: number, processes: number): string[] {
  if (processes === 1) return []
  const bounds = Array.from({ length: processes + 1 }, (_, n) => `${n}/${processes}`)
  const segment = `${bounds[index]}:${bounds[index + 1]}`
  return ['--execution-segment', segment, '--execution-segment-sequence', bounds.join(',')]
}

async function generatePart(files: K6Process, segment: string[]): Promise<Generated> {
  const { output, summary, usage } = await runK6Process(files, segment)
  const lines = (await readFile(files.samplesFile, 'utf8').catch(() => '')).split('\n')
  const samples = lines.map(parseSample).filter((sample) => sample !== undefined)
  return { samples, generator: { dropped: summary.dropped, ...shares(usage, summary) }, output }
}

const addUp = (values: (number | undefined)[]) =>
  values.reduce((sum, value) =>
    sum === undefined || value === undefined ? undefined : sum + value,
  )

function merge(parts: Generated[]): Generated {
  const reports = parts.map(({ generator }) => generator)
  const waits = reports.map(({ waitShare }) => waitShare).filter((share) => share !== undefined)
  return {
    samples: parts.flatMap(({ samples }) => samples),
    generator: {
      dropped: reports.reduce((sum, { dropped }) => sum + dropped, 0),
      cpuShare: addUp(reports.map(({ cpuShare }) => cpuShare)),
      waitShare: waits.length > 0 ? Math.max(...waits) : undefined,
    },
    output: parts.map(({ output }) => output).join('\n'),
  }
}

const shares = (usage: Usage | undefined, { durationMs }: Summary) =>
  usage && {
    cpuShare: usage.cpuMs / durationMs,
    waitShare: usage.waitMs / (usage.cpuMs + usage.waitMs),
  }
