/** The messages that wait after a load, and how long they take to be done. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Sample, valuesBy } from '../../formats/metrics-text.ts'
import { counted } from '../../formats/table.ts'
import { messageMetrics } from '../../model/message-metrics.ts'
import { functionNames } from '../../model/services.ts'
import { metricsOf, type Target } from '../target.ts'

/** Messages of all queues. */
export type Backlog = { waiting: number; dead: number }

/**
 * The sum by queue of the largest value among some gauges: the services that do not count at the
 * moment show no more, and a broker may not count what is being delivered.
 */
function sumOf(shown: readonly Sample[][], ...names: string[]): number {
  const byQueue = new Map<string, number>()
  for (const samples of shown)
    for (const [queue, value] of names.flatMap((name) => [...valuesBy(samples, name, 'queue')]))
      byQueue.set(queue, Math.max(value, byQueue.get(queue) ?? 0))
  return [...byQueue.values()].reduce((sum, value) => sum + value, 0)
}

/**
 * Reads how many messages wait, as one of the services counts them once a second; `undefined` if none
 * does at the moment.
 */
export async function readBacklog(target: Target): Promise<Backlog | undefined> {
  const answers = functionNames.map((name) => metricsOf(target, name).catch(() => []))
  const shown = await Promise.all(answers)
  const { messagesBacklog, messagesInFlight, deadLetters } = messageMetrics
  if (!shown.flat().some(({ name }) => name === messagesBacklog.name)) return undefined
  return {
    waiting: sumOf(shown, messagesBacklog.name, messagesInFlight.name),
    dead: sumOf(shown, deadLetters.name),
  }
}

export type DrainOptions = {
  read: () => Promise<Backlog | undefined>
  signal: AbortSignal
  say: (line: string) => void
  /** A message may wait for so long until it is tried again, and no message be done meanwhile. */
  patienceMs?: number
  /** The services count once in so long: an earlier reading may be from before the end. */
  countMs?: number
}

// How often it says what is left.
const sayMs = 10_000

/**
 * Waits until no message waits, after a load: reading the backlog would be a load itself.
 * @returns the backlog at the end of the load, and how it ended, in words
 * @throws Error if the backlog stops to shrink or is not known; the reason of `signal` if that aborts
 */
export async function drain(options: DrainOptions): Promise<string> {
  const { read, signal, say, patienceMs = 120_000, countMs = 1100 } = options
  const start = performance.now()
  const elapsed = () => performance.now() - start
  let first: Backlog | undefined
  let last = { waiting: Infinity, dead: 0, atMs: 0 }
  let saidMs = 0
  while (last.waiting > 0) {
    await delay(countMs, undefined, { signal })
    const now = await read()
    first ??= now
    if (now && now.waiting < last.waiting) last = { ...now, atMs: elapsed() }
    if (elapsed() - last.atMs > patienceMs) throw new Error(whyStuck(last, patienceMs))
    if (!now || elapsed() - saidMs < sayMs) continue
    saidMs = elapsed()
    say(`${counted(now.waiting, 'message')} still to be done …`)
  }
  const letters =
    last.dead > 0 ? ` ${counted(last.dead, 'dead letter')}: npm run dead lists them.` : ''
  return `${endInWords(first?.waiting ?? 0, last.atMs)}${letters}`
}

const whyStuck = ({ waiting }: Backlog, patienceMs: number) =>
  waiting === Infinity
    ? `No service shows ${messageMetrics.messagesBacklog.name}, so the backlog is not known.`
    : `${counted(waiting, 'message')} still wait, and none was done for ${patienceMs / 1000} s.`

const endInWords = (waiting: number, atMs: number) =>
  waiting === 0
    ? 'No message was left a second after the load.'
    : `${counted(waiting, 'message')} left a second after the load, all done after ` +
      `${Math.round(atMs / 1000)} s.`
