import { expect, test } from 'vitest'
import { failureOf, scenarioOf } from './scenarios.ts'

/** Why an answer of the asynchronous style failed. */
const judged = (number: number, status: number, body: unknown) => {
  const scenario = scenarioOf(number, 'async')
  const { body: sent } = scenario.request({ unique: 'a', count: 0 })
  const answer = { status, errorCode: 0, body }
  return failureOf(scenario, { sent, answer, durationMs: 1, settings: {} })
}

const accepted: [number, number, Record<string, unknown>][] = [
  [1, 202, { id: 7, email: 'a@example.com', message: 'Accepted', event_published: true }],
  [2, 202, { payment_id: 'pay_0123456789ab', status: 'processing', message: 'Accepted' }],
  [3, 200, { id: 1, name: 'Laptop', stock: 0, event_published: true }],
  [4, 202, { job_id: 'job_0123456789ab', status: 'queued', message: 'Accepted' }],
  [5, 202, { id: 9, product_id: 1, quantity: 1, status: 'pending' }],
  [6, 200, { status: 'tracked' }],
]

test.each(accepted)('scenario %i is accepted with %i, however quickly', (number, status, body) => {
  expect(judged(number, status, body)).toBeUndefined()
})

test.each(accepted)('scenario %i needs each field of its answer', (number, status, body) => {
  for (const field of Object.keys(body))
    expect(judged(number, status, { ...body, [field]: undefined }), field).toBe('body')
})

test('an answer of the synchronous style is a failure', () => {
  expect(judged(1, 201, accepted[0]?.[2])).toBe('status')
  expect(judged(5, 400, { detail: { reason: 'Payment processing failed' } })).toBe('status')
})

test('a full backlog is another reason of a 503', () => {
  expect(judged(1, 503, { detail: 'Too many messages wait', code: 'backlog_full' })).toBe(
    'unavailable',
  )
})
