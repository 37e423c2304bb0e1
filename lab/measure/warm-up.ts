/** Warms a lab until its latency has no trend. */
import { setTimeout as delay } from 'node:timers/promises'
import { ofetch } from 'ofetch'
import { type Scenario, scenarios } from '../../model/scenarios.ts'
import { median } from '../quantiles.ts'
import { within } from '../within.ts'
import type { MeasuredLab } from './measured-lab.ts'

type Warmed = Pick<MeasuredLab, 'urls' | 'longestSeconds'> & { signal?: AbortSignal | undefined }

export type WarmUp = {
  seconds: number
  /** Whether latencies had stopped to fall; otherwise the warm-up gave up. */
  steady: boolean
}

const requestsPerRound = 40
const mostRounds = 40
// So many of the latest rounds are compared with as many before them.
const compared = 3
const largestFall = 0.05

/**
 * Whether the latest rounds are no faster than those before them, but for noise.
 * @param rounds the median latency of each
 */
export function isSteady(rounds: readonly number[]): boolean {
  if (rounds.length < 2 * compared) return false
  const latest = median(rounds.slice(-compared))
  return latest >= (1 - largestFall) * median(rounds.slice(-2 * compared, -compared))
}

async function send({ request, method, function: name }: Scenario, lab: Warmed) {
  const { path, body } = request({ unique: `warm-up-${crypto.randomUUID()}`, count: 0 })
  const signal = within(lab.longestSeconds * 1000, lab.signal)
  const start = performance.now()
  await ofetch(lab.urls[name] + path, { method, body, signal, ignoreResponseError: true })
  return performance.now() - start
}

/** Plays a scenario that waits for nothing, round by round. */
async function playRounds(scenario: Scenario, lab: Warmed) {
  const rounds: number[] = []
  while (!isSteady(rounds) && rounds.length < mostRounds) {
    const times = await Array.fromAsync({ length: requestsPerRound }, () => send(scenario, lab))
    rounds.push(median(times))
  }
  return isSteady(rounds)
}

// Waiting costs nothing, so that many wait at once; with ten slots and ten in their queue, some are
// refused: the first refusal of a service takes tens of milliseconds.
const atOnce = 30
const pauseMs = 200

/** Plays a scenario that waits on purpose, as long as the others warm up; a report once. */
async function playMeanwhile(scenario: Scenario, lab: Warmed, isOver: () => boolean) {
  const isReport = scenario.waitsFor?.setting === 'REPORT_CPU_SECONDS'
  const count = isReport ? 1 : atOnce
  do {
    await Promise.all(Array.from({ length: count }, () => send(scenario, lab)))
    // A delay of 0 must leave the cores to the others.
    await delay(pauseMs)
  } while (!isReport && !isOver())
}

/**
 * Plays all six scenarios at once, until those that wait for nothing become no faster.
 * @throws Error naming the address that does not answer, also if `signal` aborts
 */
export async function warmUp(lab: Warmed): Promise<WarmUp> {
  const start = performance.now()
  const quick = scenarios.filter(({ waitsFor }) => !waitsFor)
  const waiting = scenarios.filter(({ waitsFor }) => waitsFor)
  let isOver = false
  const playing = Promise.all(quick.map((scenario) => playRounds(scenario, lab))).finally(() => {
    isOver = true
  })
  const meanwhile = waiting.map((scenario) => playMeanwhile(scenario, lab, () => isOver))
  const [steady] = await Promise.all([playing, ...meanwhile])
  return { seconds: (performance.now() - start) / 1000, steady: steady.every(Boolean) }
}
