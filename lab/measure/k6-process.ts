/** One process of k6 that plays a plan. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readUsage, type Usage } from './process-usage.ts'

const script = fileURLToPath(new URL('../../k6-tests/experiment.js', import.meta.url))

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

/** What the script prints when it ends. */
export type Summary = { dropped: number; durationMs: number }

/** What one process reads and writes. */
export type K6Process = {
  k6: string
  planFile: string
  samplesFile: string
  signal?: AbortSignal | undefined
}

/**
 * Runs k6 to its end.
 * @throws Error with its output if it fails; the reason of `signal` if that aborts
 */
export async function runK6Process(
  { k6, planFile, samplesFile, signal }: K6Process,
  segment: string[],
) {
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
