/** Warms a lab until its latency has no trend. */
import { setTimeout as delay } from 'node:timers/promises'
import { ofetch } from 'ofetch'
import { type Scenario, scenarios } from '../../model/scenarios.ts'
import { median } from '../quantiles.ts'
import type { Target } from '../target.ts'

export type WarmUp = {
  seconds: number
  /** Whether latencies had stopped to fall; otherwise the warm-up gave up. */
  steady: boolean
}

const requestsPerRound = 60
const [fewestRounds, mostRounds] = [8, 40]
// So many of the latest rounds are compared with as many before them.
const compared = 3
const largestFall = 0.05

/**
 * Whether the latest rounds are no faster than those before them, but for noise.
 * @param rounds the median latency of each
 */
export function isSteady(rounds: readonly number[]): boolean {
  if (rounds.length < Math.max(fewestRounds, 2 * compared)) return false
  const latest = median(rounds.slice(-compared))
  return latest >= (1 - largestFall) * median(rounds.slice(-2 * compared, -compared))
}

async function send({ request, method, function: name }: Scenario, { urls }: Target) {
  const { path, body } = request({ unique: `warm-up-${crypto.randomUUID()}`, count: 0 })
  const start = performance.now()
  await ofetch(urls[name] + path, { method, body, ignoreResponseError: true })
  return performance.now() - start
}

/** Plays a scenario that waits for nothing, round by round. */
async function playRounds(scenario: Scenario, target: Target) {
  const rounds: number[] = []
  while (!isSteady(rounds) && rounds.length < mostRounds) {
    const times = await Array.fromAsync({ length: requestsPerRound }, () => send(scenario, target))
    rounds.push(median(times))
  }
  return isSteady(rounds)
}

// Waiting costs nothing, so that many wait at once.
const atOnce = 20
const pauseMs = 200

/** Plays a scenario that waits on purpose, as long as the others warm up; a report once. */
async function playMeanwhile(scenario: Scenario, target: Target, isOver: () => boolean) {
  const isReport = scenario.waitsFor?.setting === 'REPORT_CPU_SECONDS'
  const count = isReport ? 1 : atOnce
  do {
    await Promise.all(Array.from({ length: count }, () => send(scenario, target)))
    // A delay of 0 must leave the cores to the others.
    await delay(pauseMs)
  } while (!isReport && !isOver())
}

/** Plays all six scenarios at once, until those that wait for nothing become no faster. */
export async function warmUp(target: Target): Promise<WarmUp> {
  const start = performance.now()
  const quick = scenarios.filter(({ waitsFor }) => !waitsFor)
  const waiting = scenarios.filter(({ waitsFor }) => waitsFor)
  let isOver = false
  const meanwhile = waiting.map((scenario) => playMeanwhile(scenario, target, () => isOver))
  const steady = await Promise.all(quick.map((scenario) => playRounds(scenario, target)))
  isOver = true
  await Promise.all(meanwhile)
  return { seconds: (performance.now() - start) / 1000, steady: steady.every(Boolean) }
}
