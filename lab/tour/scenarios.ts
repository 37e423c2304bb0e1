import { type Scenario as Facts, scenarios as facts, leastMs } from '../../model/scenarios.ts'
import { type SettingName, settingOf } from '../../model/settings.ts'
import { orderReasons } from '../../model/unavailable.ts'

type Answer = { status: number; body: Record<string, unknown>; phases: ReadonlyMap<string, number> }

/** The prediction for a scenario on an idle lab. */
export type Expectation = {
  status: number
  /** The minimum possible time in milliseconds: the sum of all waits. */
  atLeastMs: number
  /** The same in words. */
  because: string
}

export type Scenario = Facts & {
  /** The prediction, from the settings of the service that determines it. */
  expect: (settings: ReadonlyMap<string, number>) => Expectation
  /** The error of a response with the right status; `undefined` if there is none. */
  problem: (answer: Answer) => string | undefined
}

type Judgement = {
  because: (leastMs: number) => string
  problem: Scenario['problem']
  /** Added to the request, so that the outcome is the designed one under any settings. */
  pinned?: object
}

const warned = ({ body }: Answer) =>
  Array.isArray(body.warnings) ? `warned: ${body.warnings.join(', ')}` : undefined

const missingPhase = (phases: ReadonlyMap<string, number>, expected: readonly string[]) => {
  const missing = expected.filter((name) => !phases.has(name))
  return missing.length > 0 ? `no time spent in ${missing.join(', ')}` : undefined
}

/**
 * Sequential calls take at least the sum of their times; a shorter total means that they
 * overlapped.
 */
function overlapped({ phases }: Answer): string | undefined {
  const sum = [...phases].reduce(
    (total, [name, time]) => (name === 'total' ? total : total + time),
    0,
  )
  return sum > (phases.get('total') ?? 0) + 1 ? 'the calls overlapped' : undefined
}

function compensated({ body, phases }: Answer): string | undefined {
  const { reason, compensation_executed } = body.detail as Record<string, unknown>
  if (reason !== orderReasons.payment_refused) return String(reason)
  if (compensation_executed !== true) return 'the reservation was not compensated'
  return missingPhase(phases, ['inventory', 'payment'])
}

const judgements: Record<(typeof facts)[number]['number'], Judgement> = {
  1: {
    because: (ms) => `after ${ms} ms`,
    problem: (answer) => warned(answer) ?? missingPhase(answer.phases, ['email']),
  },
  2: {
    because: (ms) => `after ${ms} ms`,
    problem: ({ body }) => (body.status === 'success' ? undefined : 'the payment did not succeed'),
  },
  3: {
    because: () => 'sum of calls',
    problem: (answer) =>
      warned(answer) ??
      missingPhase(answer.phases, ['search', 'cache', 'analytics']) ??
      overlapped(answer),
    pinned: { stock: 50 },
  },
  4: {
    because: (ms) => `after ${ms / 1000} s`,
    problem: ({ body }) => (Number(body.iterations) > 0 ? undefined : 'nothing was computed'),
  },
  5: { because: () => 'compensated', problem: compensated, pinned: { payment: 'fail' } },
  6: {
    because: () => 'at once',
    problem: ({ body }) => (body.status === 'tracked' ? undefined : 'the click was not tracked'),
  },
}

function judged(scenario: Facts, { because, problem, pinned }: Judgement): Scenario {
  return {
    ...scenario,
    request(iteration) {
      const { path, body } = scenario.request(iteration)
      return { path, body: { ...body, ...pinned } }
    },
    problem,
    expect(settings) {
      const least = leastMs(scenario, (_, name) => settings.get(name) ?? defaultOf(name))
      return { status: scenario.status, atLeastMs: least, because: because(least) }
    },
  }
}

const defaultOf = (name: SettingName): number => Number(settingOf(name).default)

/** The six scenarios, each with its prediction and its checks. */
export const scenarios: readonly Scenario[] = facts.map((scenario) =>
  judged(scenario, judgements[scenario.number]),
)
