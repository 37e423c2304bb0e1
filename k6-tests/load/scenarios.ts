/** The six scenarios as the load checks their responses. */
import { type Scenario as Facts, leastMs, scenariosOf } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import { settingOf } from '../../model/settings.ts'
import type { StyleName } from '../../model/styles.ts'
import { calleeIn, type OrderCode, orderReasons } from '../../model/unavailable.ts'
import { acceptedChecks } from './accepted.ts'
import {
  id,
  is,
  type Matches,
  matches,
  number,
  sha256,
  text,
  timestamp,
  uuid,
} from './body-fields.ts'
import { type Answer, type Failure, sagaFailures, statusFailure } from './failures.ts'

/** Numeric settings by function, from its metrics; empty for a service that does not answer. */
export type LabSettings = Partial<Record<FunctionName, Record<string, number>>>

type Body = Record<string, unknown>

type Checks = {
  matches: Matches
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

type OwnChecks = Record<Facts['number'], Partial<Checks> & Pick<Checks, 'matches'>>

const checks: OwnChecks = {
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

const withChecks = (style: StyleName, checks: OwnChecks): readonly Scenario[] =>
  scenariosOf(style).map((scenario) => {
    const callees = scenario.calls.filter(({ optional }) => optional).map(({ of }) => of)
    return {
      ...scenario,
      ownFailures: callees,
      ownFailure: warned(callees),
      ...checks[scenario.number],
    }
  })

const byStyle = { sync: withChecks('sync', checks), async: withChecks('async', acceptedChecks) }

export const scenarios = byStyle.sync

type Choice = { style: StyleName; only?: number | undefined }

/** The scenarios that a load plays. */
export const chosenBy = ({ style, only }: Choice): Scenario[] =>
  byStyle[style].filter(({ number }) => number === (only ?? number))

/** The scenario of a number from 1 to 6. */
export function scenarioOf(number: number, style: StyleName = 'sync'): Scenario {
  const scenario = byStyle[style].find((candidate) => candidate.number === number)
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
