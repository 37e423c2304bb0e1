/** The load generator, k6, as experiments use it: a plan in, one sample per request out. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LoadPlan, type LoadSample, parseSample } from '../../model/load-plan.ts'
import { readUsage, type Usage } from './process-usage.ts'

const script = fileURLToPath(new URL('../../k6-tests/experiment.js', import.meta.url))

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

const usageEveryMs = 250

/** The last usage that was read of a process while it ran. */
function watchUsage(pid: number) {
  let last: Usage | undefined
  const timer = setInterval(async () => {
    last = (await readUsage(pid)) ?? last
  }, usageEveryMs)
  return {
    stop(): Usage | undefined {
      clearInterval(timer)
      return last
    },
  }
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

async function generatePart(files: Files, segment: string[]): Promise<Generated> {
  const { output, summary, usage } = await runK6(files, segment)
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

type Summary = { dropped: number; durationMs: number }

const shares = (usage: Usage | undefined, { durationMs }: Summary) =>
  usage && {
    cpuShare: usage.cpuMs / durationMs,
    waitShare: usage.waitMs / (usage.cpuMs + usage.waitMs),
  }

type Files = {
  k6: string
  planFile: string
  samplesFile: string
  signal?: AbortSignal | undefined
}

async function runK6({ k6, planFile, samplesFile, signal }: Files, segment: string[]) {
  signal?.throwIfAborted()
  const flags = ['--quiet', '--no-usage-report', '--no-color', '--log-format', 'raw']
  const files = ['--console-output', samplesFile, '-e', `PLAN=${planFile}`, script]
  const args = ['run', ...flags, ...segment, ...files]
  // A group of its own: Ctrl-C is for the program that started it.
  const child = spawn(k6, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const end = () => void child.kill('SIGKILL')
  signal?.addEventListener('abort', end)
  const watch = watchUsage(child.pid ?? 0)
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (text.stdout += chunk))
  child.stderr.on('data', (chunk) => (text.stderr += chunk))
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    signal?.throwIfAborted()
    const output = text.stderr + text.stdout
    if (code !== 0) throw new Error(`k6 ended with exit code ${code}:\n${output}`)
    return { output, summary: JSON.parse(text.stdout) as Summary, usage: watch.stop() }
  } finally {
    watch.stop()
    signal?.removeEventListener('abort', end)
  }
}
