/** The six scenarios as the load checks their responses. */
import { type Scenario as Facts, scenarios as facts, leastMs } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import { settingOf } from '../../model/settings.ts'
import { calleeIn, type OrderCode, orderReasons } from '../../model/unavailable.ts'
import { type Answer, type Failure, sagaFailures, statusFailure } from './failures.ts'

/** Numeric settings by function, from its metrics; empty for a service that does not answer. */
export type LabSettings = Partial<Record<FunctionName, Record<string, number>>>

type Body = Record<string, unknown>

type Checks = {
  matches: (body: unknown, sent: Body) => boolean
  /** The failures that only this scenario can have, and when a response is one of them. */
  ownFailures: readonly Failure[]
  ownFailure: (status: number, body: Body) => Failure | undefined
}

export type Scenario = Facts & Checks

/** The first optional call that a warning names. */
const warned = (callees: readonly FunctionName[]) => (_status: number, body: Body) => {
  const [warning] = Array.isArray(body.warnings) ? body.warnings.map(String) : []
  if (warning === undefined) return undefined
  return callees.find((callee) => callee === calleeIn(warning)) ?? 'body'
}

/** An order goes as designed if its payment fails and its stock is released. */
function sagaFailure(status: number, body: Body): Failure | undefined {
  if (status === 200) return 'completed'
  const { code, reason, compensation_executed } = (body.detail ?? {}) as Body
  if (status === 503 && code === ('not_reserved' satisfies OrderCode)) return 'not_reserved'
  if (status !== 400) return undefined
  if (reason !== orderReasons.payment_refused) return 'payment_unknown'
  return compensation_executed === true ? undefined : 'not_compensated'
}

const checks: Record<Facts['number'], Partial<Checks> & Pick<Checks, 'matches'>> = {
  1: {
    matches: (body, { email }) => matches(body, { id, email: is(email), message: text, timestamp }),
  },
  2: {
    matches: (body, { amount, order_id }) =>
      matches(body, {
        status: is('success'),
        transaction_id: uuid,
        amount: is(amount),
        order_id: is(order_id),
        timestamp,
      }),
  },
  3: {
    matches: (body, { stock }) =>
      matches(body, { id, name: text, stock: is(stock), message: text, timestamp }),
  },
  4: {
    matches: (body, { report_type }) =>
      matches(body, {
        status: is('completed'),
        report_type: is(report_type),
        report_hash: sha256,
        computation_time_seconds: number,
        iterations: id,
        timestamp,
      }),
  },
  5: {
    matches: (body, { product_id }) =>
      matches((body as Body | null)?.detail, {
        message: text,
        order_id: id,
        product_id: is(product_id),
        timestamp,
      }),
    ownFailures: sagaFailures,
    ownFailure: sagaFailure,
  },
  6: { matches: (body) => matches(body, { status: is('tracked') }) },
}

export const scenarios: readonly Scenario[] = facts.map((scenario) => {
  const callees = scenario.calls.filter(({ optional }) => optional).map(({ of }) => of)
  return {
    ...scenario,
    ownFailures: callees,
    ownFailure: warned(callees),
    ...checks[scenario.number],
  }
})

export const chosenBy = (only: number | undefined): Scenario[] =>
  scenarios.filter(({ number }) => number === (only ?? number))

/** The scenario of a number from 1 to 6. */
export function scenarioOf(number: number): Scenario {
  const scenario = scenarios.find((candidate) => candidate.number === number)
  if (!scenario) throw new Error(`There is no scenario ${number}`)
  return scenario
}

type Exchange = { sent: Body; answer: Answer; durationMs: number; settings: LabSettings }

/** The least time that a scenario takes with these settings, in milliseconds. */
export const leastMsOf = (scenario: Scenario, settings: LabSettings): number =>
  leastMs(scenario, (of, setting) => settings[of]?.[setting] ?? Number(settingOf(setting).default))

/** Why an exchange failed; `undefined` if it went as designed, like the saga's 400. */
export function failureOf(scenario: Scenario, exchange: Exchange): Failure | undefined {
  const { sent, answer, durationMs, settings } = exchange
  const { status, body } = answer
  const own =
    typeof body === 'object' && body ? scenario.ownFailure(status, body as Body) : undefined
  const failure = own ?? statusFailure(answer, scenario.status)
  if (failure) return failure
  if (!scenario.matches(body, sent)) return 'body'
  return durationMs < leastMsOf(scenario, settings) ? 'too_fast' : undefined
}

/**
 * Whether a body has the fields of its contract. The scripts do not import the contract, so that a
 * container can mount them without it.
 */

type Check = (value: unknown) => boolean

const is =
  (expected: unknown): Check =>
  (value) =>
    value === expected

const text: Check = (value) => typeof value === 'string' && value.length > 0
const number: Check = (value) => Number.isFinite(value)
const id: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2_147_483_647
const timestamp: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const uuid: Check = (value) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(value))
const sha256: Check = (value) => /^[\da-f]{64}$/i.test(String(value))

/** Whether `value` is an object whose fields pass their checks; further fields do not matter. */
function matches(value: unknown, fields: Record<string, Check>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const body = value as Record<string, unknown>
  return Object.keys(fields).every((name) => fields[name]?.(body[name]))
}
