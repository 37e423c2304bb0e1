import { sagaFailure, sagaFailures, warned } from './own-failures.ts'
import type { Scenario } from './scenario.ts'
import { id, is, matches, number, sha256, text, timestamp, uuid } from './shape.ts'

const none = { ownFailures: [], ownFailure: () => undefined }

/** The six scenarios as the load plays them. A setting that a lab does not show is the study's. */
export const scenarios: readonly Scenario[] = [
  {
    number: 1,
    title: 'registration + e-mail',
    service: 'user',
    method: 'POST',
    handler: '/register',
    request: ({ unique }) => ({ path: '/register', body: { email: `load-${unique}@example.com` } }),
    status: 201,
    limitMs: 1000,
    blocksMs: ({ email }) => email?.EMAIL_DELAY_MS ?? 500,
    matches: (body, { email }) => matches(body, { id, email: is(email), message: text, timestamp }),
    ownFailures: ['email'],
    ownFailure: warned(['email']),
    hops: ['queue', 'pool', 'db', 'email'],
  },
  {
    number: 2,
    title: 'payment + external API',
    service: 'payment',
    method: 'POST',
    handler: '/process_payment',
    request: ({ count }) => ({
      path: '/process_payment',
      body: { amount: 100, order_id: count + 1 },
    }),
    status: 200,
    limitMs: 3000,
    blocksMs: ({ payment }) => payment?.PAYMENT_DELAY_MS ?? 2000,
    matches: (body, { amount, order_id }) =>
      matches(body, {
        status: is('success'),
        transaction_id: uuid,
        amount: is(amount),
        order_id: is(order_id),
        timestamp,
      }),
    ...none,
    hops: ['queue'],
  },
  {
    number: 3,
    title: 'update + three calls',
    service: 'product',
    method: 'PUT',
    handler: '/products/:product_id',
    // The three products of the seed in turn.
    request: ({ count }) => ({
      path: `/products/${(count % 3) + 1}`,
      body: { stock: count % 1000 },
    }),
    status: 200,
    limitMs: 1000,
    matches: (body, { stock }) =>
      matches(body, { id, name: text, stock: is(stock), message: text, timestamp }),
    ownFailures: ['search', 'cache', 'analytics'],
    ownFailure: warned(['search', 'cache', 'analytics']),
    hops: ['queue', 'pool', 'db', 'search', 'cache', 'analytics'],
  },
  {
    number: 4,
    title: 'report',
    service: 'report',
    method: 'POST',
    handler: '/generate_report',
    request: () => ({ path: '/generate_report', body: { report_type: 'monthly' } }),
    status: 200,
    limitMs: 15_000,
    blocksMs: ({ report }) => (report?.REPORT_CPU_SECONDS ?? 10) * 1000,
    matches: (body, { report_type }) =>
      matches(body, {
        status: is('completed'),
        report_type: is(report_type),
        report_hash: sha256,
        computation_time_seconds: number,
        iterations: id,
        timestamp,
      }),
    ...none,
    hops: ['queue', 'cpu'],
  },
  {
    number: 5,
    title: 'order saga',
    service: 'order',
    method: 'POST',
    handler: '/create_order',
    request: ({ count }) => ({
      path: '/create_order',
      body: { product_id: (count % 3) + 1, quantity: 1 },
    }),
    // As designed: the payment fails, and the stock is given back.
    status: 400,
    limitMs: 1000,
    matches: (body, { product_id }) =>
      matches((body as { detail?: unknown } | null)?.detail, {
        message: text,
        order_id: id,
        product_id: is(product_id),
        timestamp,
      }),
    ownFailures: sagaFailures,
    ownFailure: sagaFailure,
    hops: ['queue', 'pool', 'db', 'inventory', 'payment'],
  },
  {
    number: 6,
    title: 'click',
    service: 'analytics',
    method: 'POST',
    handler: '/track_click',
    request: ({ count }) => ({
      path: '/track_click',
      body: { user_id: (count % 1000) + 1, page: '/load' },
    }),
    status: 200,
    limitMs: 500,
    matches: (body) => matches(body, { status: is('tracked') }),
    ...none,
    hops: ['queue'],
  },
]

/** The scenario of a number from 1 to 6. */
export function scenarioOf(number: number): Scenario {
  const scenario = scenarios.find((candidate) => candidate.number === number)
  if (!scenario) throw new Error(`There is no scenario ${number}`)
  return scenario
}
