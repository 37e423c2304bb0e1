/** One process of k6 that plays a script, on this machine or on another. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { summaryIn } from '../../formats/samples.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import { type CoreUse, watchCoreUse } from './process-usage.ts'

export type K6Process = {
  /** The command that runs k6: words that spaces separate. */
  command: string
  /** The script, with all that it needs. */
  script: string
  /** Further arguments, without characters that a shell would interpret. */
  args: readonly string[]
  /** Called with each line of its output as it comes: samples, k6's messages, the summary. */
  onLine: (line: string) => void
  /** Resolves when its load begins. */
  begun: Promise<unknown>
  /** How long it may then print nothing. */
  silentMs?: number
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

// Of the output of a generator that fails.
const shownLines = 20

function failureOf({ command }: K6Process, what: string, lines: readonly string[]): Error {
  const end = lines.slice(-shownLines).join('\n').trim()
  return new Error(`The generator "${command}" ${what}${end && `\n${end}`}`)
}

const whyNotStarted = ({ code, path, message }: NodeJS.ErrnoException) =>
  code === 'ENOENT'
    ? `did not start: this machine has no program "${path}" on its PATH.`
    : `did not start: ${message}`

/** Ends a process, at first as a user would: Docker then ends the container as well. */
function end(child: ChildProcess): void {
  child.kill('SIGTERM')
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    // Programs that it started may keep them open.
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  }, graceMs)
  child.once('close', () => clearTimeout(timer))
}

/** Ends a generator that prints nothing any more, as one does whose connection hangs. */
function limitSilence(
  child: ChildProcess,
  { begun, silentMs = 300_000 }: K6Process,
  onEnd: (what: string) => void,
) {
  let timer: NodeJS.Timeout | undefined
  const giveUp = () => {
    end(child)
    onEnd(`has printed nothing for ${silentMs / 1000} s.`)
  }
  const begin = () => {
    timer = setTimeout(giveUp, silentMs).unref()
  }
  begun.then(begin, () => {})
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => void timer?.refresh())
  return { stop: () => clearTimeout(timer) }
}

function start({ command, script, args }: K6Process) {
  const [program = '', ...words] = command.match(/\S+/g) ?? []
  // A group of its own: Ctrl-C is for the program that started it.
  const child = spawn(program, [...words, 'run', ...flags, ...args, ...streams], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: inheritedBy(process.env),
  })
  // A generator that ends early does not read its script; its exit code says more.
  child.stdin.on('error', () => {})
  child.stdin.end(script)
  return child
}

/** Reads lines as they come, and keeps the last ones that are no samples. */
function readLines(input: Readable, onLine: (line: string) => void) {
  const last: string[] = []
  createInterface({ input, crlfDelay: Infinity }).on('line', (line) => {
    onLine(line)
    if (line.startsWith('{')) return
    last.push(line)
    if (last.length > shownLines) last.shift()
  })
  return last
}

export type EndedK6 = {
  /** The JSON that the script prints at its end. */
  summary: string
  /** During its load, if k6 itself was the process, and if the system shows it. */
  coreUse: CoreUse | undefined
}

/**
 * Runs k6 to its end.
 * @throws Error with its output if it fails; the reason of `signal` if that aborts
 */
export async function runK6Process(options: K6Process): Promise<EndedK6> {
  const { signal, begun, onLine } = options
  signal?.throwIfAborted()
  const child = start(options)
  let summary: string | undefined
  const stdout = readLines(child.stdout, (line) => {
    summary = summaryIn(line) ?? summary
    onLine(line)
  })
  const stderr = readLines(child.stderr, () => {})
  const stop = () => end(child)
  signal?.addEventListener('abort', stop)
  const ended = Promise.withResolvers<number | null>()
  const fail = (what: string) => ended.reject(failureOf(options, what, [...stderr, ...stdout]))
  child.once('error', (error) => fail(whyNotStarted(error)))
  child.once('close', ended.resolve)
  const silence = limitSilence(child, options, fail)
  const watch = watchCoreUse({ pid: child.pid ?? 0, program: 'k6', begun })
  try {
    const code = await ended.promise
    signal?.throwIfAborted()
    if (code === 0 && summary) return { summary, coreUse: watch.stop() }
    const how = code === 0 ? 'ended without a summary: is it k6?' : `ended with exit code ${code}.`
    const hint = hints[code ?? 0] ?? ''
    throw failureOf(options, `${how} ${hint}`.trim(), [...stderr, ...stdout])
  } finally {
    silence.stop()
    watch.stop()
    signal?.removeEventListener('abort', stop)
  }
}
