/** One process of k6 that plays a script, on this machine or on another. */
import { type ChildProcess, spawn } from 'node:child_process'
import { parseSample } from '../../formats/samples.ts'
import { type Usage, watchUsage } from './process-usage.ts'

export type K6Process = {
  /** The command that runs k6: words that spaces separate. */
  command: string
  /** The script, with all that it needs. */
  script: string
  /** Further arguments, without characters that a shell would interpret. */
  args: readonly string[]
  signal?: AbortSignal | undefined
}

// On one output, the samples and k6's own messages keep their order. The script comes in as input:
// a file would have to exist on the other machine.
const flags = ['--quiet', '--no-usage-report', '--no-color', '--log-format', 'raw']
const streams = ['--log-output', 'stdout', '-']

// Longer than k6 needs to stop, and Docker to stop its container.
const graceMs = 5000

/** Why a command ended, by the exit codes of shells, ssh and docker; k6 has others. */
const hints: Record<number, string> = {
  125: 'Docker did not start the container.',
  126: 'The command was found, but cannot be run.',
  127: 'There is no such command on that machine: install k6 there, or give its path.',
  255: 'ssh did not log in, or lost the connection. It must log in without asking.',
}

/** The failure of a generator, with the end of its output. */
function failureOf({ command }: K6Process, what: string, output: string): Error {
  const end = output.trim().split('\n').slice(-20).join('\n')
  return new Error(`The generator "${command}" ${what}${end && `\n${end}`}`)
}

const whyNotStarted = ({ code, path, message }: NodeJS.ErrnoException) =>
  code === 'ENOENT'
    ? `did not start: this machine has no program "${path}" on its PATH.`
    : `did not start: ${message}`

/** Ends a process, at first as a user would: Docker then ends the container as well. */
function end(child: ChildProcess): void {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  child.once('close', () => clearTimeout(timer))
}

function start({ command, script, args }: K6Process) {
  const [program = '', ...words] = command.match(/\S+/g) ?? []
  // A group of its own: Ctrl-C is for the program that started it.
  const child = spawn(program, [...words, 'run', ...flags, ...args, ...streams], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  // A generator that ends early does not read its script; its exit code says more.
  child.stdin.on('error', () => {})
  child.stdin.end(script)
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk))
  const textOf = (name: keyof typeof chunks) => Buffer.concat(chunks[name]).toString()
  return { child, textOf }
}

export type EndedK6 = {
  /** The samples, k6's messages, and the summary. */
  lines: string[]
  /** The JSON that the script prints at its end. */
  summary: string
  /** If k6 itself was the process. */
  usage: Usage | undefined
}

/**
 * Runs k6 to its end.
 * @throws Error with its output if it fails; the reason of `signal` if that aborts
 */
export async function runK6Process(options: K6Process): Promise<EndedK6> {
  const { signal } = options
  signal?.throwIfAborted()
  const { child, textOf } = start(options)
  const stop = () => end(child)
  signal?.addEventListener('abort', stop)
  const watch = watchUsage(child.pid ?? 0, 'k6')
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => reject(failureOf(options, whyNotStarted(error), '')))
      child.once('close', resolve)
    })
    signal?.throwIfAborted()
    const lines = textOf('stdout').split('\n')
    // Samples are JSON as well.
    const summary = lines.findLast((line) => line.startsWith('{') && !parseSample(line))
    if (code === 0 && summary) return { lines, summary, usage: watch.stop() }
    const how = code === 0 ? 'ended without a summary: is it k6?' : `ended with exit code ${code}.`
    const hint = hints[code ?? 0] ?? ''
    throw failureOf(options, `${how} ${hint}`.trim(), textOf('stderr') + textOf('stdout'))
  } finally {
    watch.stop()
    signal?.removeEventListener('abort', stop)
  }
}
