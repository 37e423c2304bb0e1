import { scenarios as facts } from '../model/scenarios.ts'
import { sagaFailure, sagaFailures, warned } from './own-failures.ts'
import type { Scenario } from './scenario.ts'
import { id, is, matches, number, sha256, text, timestamp, uuid } from './shape.ts'

type Number = (typeof facts)[number]['number']
type Judgement = Pick<Scenario, 'matches'> & Partial<Scenario>

const judgements: Record<Number, Judgement> = {
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
      matches((body as { detail?: unknown } | null)?.detail, {
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

/** The six scenarios as the load judges them. */
export const scenarios: readonly Scenario[] = facts.map((scenario) => ({
  ownFailures: scenario.warnsOf,
  ownFailure: warned(scenario.warnsOf),
  ...scenario,
  ...judgements[scenario.number],
}))

/** The scenario of a number from 1 to 6. */
export function scenarioOf(number: number): Scenario {
  const scenario = scenarios.find((candidate) => candidate.number === number)
  if (!scenario) throw new Error(`There is no scenario ${number}`)
  return scenario
}
