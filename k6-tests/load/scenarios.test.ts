import { expect, test } from 'vitest'
import { failureOf, scenarioOf } from './scenarios.ts'

const timestamp = new Date(0).toISOString()
const settings = { email: { EMAIL_DELAY_MS: 500 } }

const judged = (
  scenario: number,
  status: number,
  body: unknown,
  durationMs = 60_000,
  errorCode = 0,
) => {
  const { body: sent } = scenarioOf(scenario).request({ unique: 'a', count: 0 })
  return failureOf(scenarioOf(scenario), {
    sent,
    answer: { status, errorCode, body },
    durationMs,
    settings,
  })
}

const registered = {
  id: 1,
  email: 'a@example.com',
  message: 'User registered successfully',
  timestamp,
}
const saga = {
  message: 'Order failed due to payment issue',
  order_id: 1,
  product_id: 1,
  reason: 'Payment processing failed',
  compensation_executed: true,
  timestamp,
}

test('only the designed failure of the saga is a success', () => {
  expect(judged(5, 400, { detail: saga })).toBeUndefined()
  expect(judged(5, 400, { detail: { ...saga, reason: 'Payment outcome unknown' } })).toBe(
    'payment_unknown',
  )
  expect(judged(5, 400, { detail: { ...saga, compensation_executed: false } })).toBe(
    'not_compensated',
  )
  expect(judged(5, 400, { detail: 'Bad Request' })).toBe('payment_unknown')
  expect(judged(5, 400, { detail: { ...saga, product_id: 2 } })).toBe('body')
  expect(judged(5, 200, { order_id: 1, status: 'completed' })).toBe('completed')
  expect(judged(5, 503, { detail: { code: 'not_reserved' } })).toBe('not_reserved')
})

test('a warning is a failure named by its call', () => {
  expect(judged(1, 201, registered)).toBeUndefined()
  expect(judged(1, 201, { ...registered, warnings: ['email could not be reached'] })).toBe('email')
  const updated = {
    id: 1,
    name: 'Laptop',
    stock: 0,
    message: 'Product updated successfully',
    timestamp,
  }
  expect(judged(3, 200, { ...updated, warnings: ['cache answered 503'] })).toBe('cache')
})

test('a response before the minimum time is a failure', () => {
  expect(judged(1, 201, registered, 499)).toBe('too_fast')
  expect(judged(1, 201, registered, 500)).toBeUndefined()
  // A lab that does not show its settings counts as having the defaults.
  expect(judged(4, 200, { status: 'completed' }, 9999)).toBe('body')
})

test('distinguishes timeouts, lost connections, refusals, statuses and bodies', () => {
  expect(judged(6, 0, undefined, 0, 1050)).toBe('timeout')
  expect(judged(6, 0, undefined, 0, 1212)).toBe('unreachable')
  expect(judged(6, 503, { code: 'no_free_slot' })).toBe('no_slot')
  expect(judged(6, 503, { code: 'database_unavailable' })).toBe('no_database')
  expect(judged(6, 503, { code: 'event_loop_busy' })).toBe('unavailable')
  expect(judged(6, 503, undefined)).toBe('unavailable')
  expect(judged(6, 500, { detail: 'Internal Server Error' })).toBe('status')
  expect(judged(6, 200, { status: 'ok' })).toBe('body')
  expect(judged(6, 200, undefined)).toBe('body')
})
