import { valuesBy } from '../../formats/metrics-text.ts'
import { metrics } from '../../model/metrics.ts'
import { calleesOf } from '../../model/paths.ts'
import { leastMs, type Scenario } from '../../model/scenarios.ts'
import { settingOf } from '../../model/settings.ts'
import { orderReasons } from '../../model/unavailable.ts'
import { metricsOf, type Target } from '../target.ts'
import { type Answer, send } from './send.ts'

type Expectation = {
  status: number
  /** The minimum possible time in milliseconds: the sum of all waits. */
  atLeastMs: number
  because: string
}

export type Result = Omit<Answer, 'id' | 'body'> & {
  expected: Expectation
  /** `as expected`, or the difference. */
  verdict: string
  asExpected: boolean
}

/** The problem of a response with the right status, if it has one. */
type Check = (answer: Answer) => string | undefined

/**
 * Sequential calls take at least the sum of their times; a shorter total means that they
 * overlapped. The wait for the event loop is over when the total begins.
 */
export const overlapped = ({ phases }: Pick<Answer, 'phases'>): string | undefined => {
  const { total = 0, loop: _, ...parts } = Object.fromEntries(phases)
  const sum = Object.values(parts).reduce((all, time) => all + time, 0)
  return sum > total + 1 ? 'the calls overlapped' : undefined
}

const compensated: Check = ({ body }) => {
  const { reason, compensation_executed } = body.detail as Record<string, unknown>
  if (reason !== orderReasons.payment_refused) return String(reason)
  return compensation_executed === true ? undefined : 'the reservation was not compensated'
}

type Judgement = {
  because: (leastMs: number) => string
  check?: Check
}

const judgements: Record<Scenario['number'], Judgement> = {
  1: { because: (ms) => `after ${ms} ms` },
  2: {
    because: (ms) => `after ${ms} ms`,
    check: ({ body }) => (body.status === 'success' ? undefined : 'the payment did not succeed'),
  },
  3: { because: () => 'sum of calls', check: overlapped },
  4: {
    because: (ms) => `after ${ms / 1000} s`,
    check: ({ body }) => (Number(body.iterations) > 0 ? undefined : 'nothing was computed'),
  },
  5: { because: () => 'compensated', check: compensated },
  6: {
    because: () => 'at once',
    check: ({ body }) => (body.status === 'tracked' ? undefined : 'the click was not tracked'),
  },
}

// An idle machine adds a few milliseconds to the waits. Beyond this, a request is reported as slow.
const slackFactor = 1.2
const slackMs = 250

export const isSlow = (measuredMs: number, atLeastMs: number): boolean =>
  measuredMs > atLeastMs * slackFactor + slackMs

/**
 * Plays one scenario once and compares it with what theory expects.
 * @throws TypeError if the lab cannot be reached
 */
export async function play(scenario: Scenario, target: Target): Promise<Result> {
  const expected = await expectationOf(scenario, target)
  const answer = await send(scenario, target.urls[scenario.function])
  const problem = problemOf(scenario, expected, answer)
  return {
    expected,
    ...answer,
    asExpected: problem === undefined,
    verdict:
      problem ??
      (isSlow(answer.measuredMs, expected.atLeastMs) ? 'as expected, but slow' : 'as expected'),
  }
}

/** The minimum possible time in milliseconds, from the settings of the service that determines it. */
export async function readLeastMs(scenario: Scenario, target: Target): Promise<number> {
  const shown = await metricsOf(target, scenario.waitsFor?.of ?? scenario.function)
  const settings = valuesBy(shown, metrics.setting.name, 'name')
  return leastMs(scenario, (_, name) => settings.get(name) ?? Number(settingOf(name).default))
}

/** The prediction. */
async function expectationOf(scenario: Scenario, target: Target): Promise<Expectation> {
  const atLeastMs = await readLeastMs(scenario, target)
  const because = judgements[scenario.number].because(atLeastMs)
  return { status: scenario.status, atLeastMs, because }
}

function problemOf(scenario: Scenario, expected: Expectation, answer: Answer): string | undefined {
  const { status, body, phases, measuredMs } = answer
  if (status !== expected.status)
    return `answered ${status}: ${JSON.stringify(body.detail ?? body)}`
  if (Array.isArray(body.warnings)) return `warned: ${body.warnings.join(', ')}`
  const problem = judgements[scenario.number].check?.(answer)
  if (problem) return problem
  const missing = calleesOf(scenario).filter((name) => !phases.has(name))
  if (missing.length > 0) return `no time spent in ${missing.join(', ')}`
  return measuredMs < expected.atLeastMs ? 'faster than its minimum time' : undefined
}
