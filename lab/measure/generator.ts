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
 * Plays a plan to its end.
 * @throws Error with k6's output if it fails; the reason of `signal` if that aborts
 */
export async function generate({ plan, signal, k6 = 'k6' }: GenerateOptions): Promise<Generated> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-load-'))
  try {
    const planFile = join(folder, 'plan.json')
    const samplesFile = join(folder, 'samples.csv')
    await writeFile(planFile, JSON.stringify(plan))
    const { output, summary, usage } = await runK6(k6, { planFile, samplesFile, signal })
    const lines = (await readFile(samplesFile, 'utf8').catch(() => '')).split('\n')
    const samples = lines.map(parseSample).filter((sample) => sample !== undefined)
    return { samples, generator: { dropped: summary.dropped, ...shares(usage, summary) }, output }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Summary = { dropped: number; durationMs: number }

const shares = (usage: Usage | undefined, { durationMs }: Summary) =>
  usage && {
    cpuShare: usage.cpuMs / durationMs,
    waitShare: usage.waitMs / (usage.cpuMs + usage.waitMs),
  }

type Files = { planFile: string; samplesFile: string; signal?: AbortSignal | undefined }

async function runK6(k6: string, { planFile, samplesFile, signal }: Files) {
  signal?.throwIfAborted()
  const flags = ['--quiet', '--no-usage-report', '--no-color', '--log-format', 'raw']
  const args = ['run', ...flags, '--console-output', samplesFile, '-e', `PLAN=${planFile}`, script]
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
