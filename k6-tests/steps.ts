import { parseDuration, parsePositive, parseScenario } from '../formats/durations.ts'
import type { Environment } from './environment.ts'

// From well below to well above the ceiling of the default settings: 40 slots held for 0.5 s or
// 2 s, a few cores for 10 s of CPU time.
const usualRates: Record<number, readonly [from: number, to: number]> = {
  1: [20, 160],
  2: [5, 40],
  3: [50, 800],
  4: [0.1, 0.8],
  5: [50, 800],
  6: [1000, 16_000],
}

/** One rate of arrivals, held for a while. */
export type Step = { name: string; perSecond: number; startSeconds: number }

/**
 * The steps of a capacity run: from one arrival rate to another, each for `stepSeconds`, of which
 * the first `warmupSeconds` do not count. Between two steps is a pause, in which the queue drains.
 * @throws Error naming the variable that is invalid
 */
export function parseSteps({ ONLY, FROM, TO, STEPS, STEP, WARMUP, PAUSE, MAX_VUS }: Environment) {
  const scenario = parseScenario('ONLY', ONLY || '2')
  const [usualFrom, usualTo] = usualRates[scenario] ?? [1, 10]
  const from = FROM ? parsePositive('FROM', FROM) : usualFrom
  const to = TO ? parsePositive('TO', TO) : usualTo
  if (to <= from) throw new Error(`TO must be above FROM, not ${to} and ${from}`)
  const count = Math.round(parsePositive('STEPS', STEPS || '8'))
  if (count < 2) throw new Error(`STEPS must be 2 at least, not "${STEPS}"`)
  const stepSeconds = parseDuration('STEP', STEP || '40s')
  const warmupSeconds = parseDuration('WARMUP', WARMUP || '10s')
  if (warmupSeconds >= stepSeconds) throw new Error('WARMUP must be shorter than STEP')
  // A full queue needs the longest wait for a slot, 30 s, plus the longest wait of a scenario.
  const pauseSeconds = parseDuration('PAUSE', PAUSE || '35s')
  const steps = Array.from({ length: count }, (_, index) => ({
    name: `step_${index + 1}`,
    perSecond: Number((from + ((to - from) * index) / (count - 1)).toPrecision(3)),
    startSeconds: index * (stepSeconds + pauseSeconds),
  }))
  return {
    scenario,
    steps,
    stepSeconds,
    warmupSeconds,
    maxVus: parsePositive('MAX_VUS', MAX_VUS || '2000'),
  }
}

export type Plan = ReturnType<typeof parseSteps>
