/** Accepted requests until the end of their work. */
import { describe, expect, test } from 'vitest'
import { endOf, stateOf } from './accepted-work.ts'
import { aTimestamp, aUuid, type Exchange, send, settingOf } from './exchange.ts'

type Accepted = { id: number; job_id: string; payment_id: string }

const accept = async (exchange: Exchange) => (await send(exchange)).body as Accepted
const pay = (body: object) => accept({ service: 'payment', path: '/process_payment', body })
const report = (body?: object) => accept({ service: 'report', path: '/generate_report', body })
const order = (body: object) => accept({ service: 'order', path: '/create_order', body })

const reservedOf = async (product: number) =>
  (await stateOf('inventory', `/inventory/${product}`)).reserved

const times = (row: object) => {
  const { accepted_at, completed_at } = row as Record<string, string>
  return Date.parse(completed_at ?? '') - Date.parse(accepted_at ?? '')
}

describe('the job of a payment', () => {
  test('completes with its transaction', async () => {
    const { payment_id } = await pay({ amount: 12.5 })
    const job = await endOf('payment', `/jobs/${payment_id}`)
    expect(job).toEqual({
      id: payment_id,
      status: 'completed',
      result: expect.objectContaining({ transaction_id: aUuid }),
      accepted_at: aTimestamp,
      completed_at: aTimestamp,
    })
    expect(times(job)).toBeGreaterThanOrEqual(await settingOf('payment', 'PAYMENT_DELAY_MS'))
  })
})

describe('the job of a report', () => {
  test('completes with its hash', async () => {
    const { job_id } = await report()
    const job = await endOf('report', `/jobs/${job_id}`)
    expect(job).toEqual({
      id: job_id,
      status: 'completed',
      result: expect.objectContaining({ report_hash: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      accepted_at: aTimestamp,
      completed_at: aTimestamp,
    })
    const atLeast = (await settingOf('report', 'REPORT_CPU_SECONDS')) * 1000
    expect(times(job)).toBeGreaterThanOrEqual(atLeast)
  })

  test('is shown before it has ended', async () => {
    const { job_id } = await report({ report_type: 'weekly' })
    const job = await stateOf('report', `/jobs/${job_id}`)
    expect(job).toEqual({
      id: job_id,
      status: expect.stringMatching(/^(queued|processing)$/),
      accepted_at: aTimestamp,
    })
  })
})

describe('an order', () => {
  // No other test orders it, so what is reserved changes by this order only.
  const product = async (name: string) => {
    const { id } = await accept({ service: 'product', path: '/products', body: { name, stock: 9 } })
    return id
  }

  test('fails by design, and its stock is back', async () => {
    const product_id = await product('Lamp')
    const { id } = await order({ product_id, quantity: 2, payment: 'fail' })
    const ended = await endOf('order', `/orders/${id}`)
    expect(ended).toEqual({ id, product_id, quantity: 2, status: 'failed' })
    expect(await reservedOf(product_id)).toBe(0)
  })

  test('completes, and keeps its stock', async () => {
    const product_id = await product('Desk')
    const { id } = await order({ product_id, quantity: 2, payment: 'succeed' })
    const ended = await endOf('order', `/orders/${id}`)
    expect(ended).toEqual({ id, product_id, quantity: 2, status: 'completed' })
    expect(await reservedOf(product_id)).toBe(2)
  })

  test('fails without a payment if its stock cannot be reserved', async () => {
    const product_id = await product('Chair')
    const most = 2_147_483_647
    const first = await order({ product_id, quantity: most, payment: 'succeed' })
    expect(await endOf('order', `/orders/${first.id}`)).toMatchObject({ status: 'completed' })
    const { id } = await order({ product_id, quantity: 1, payment: 'succeed' })
    expect(await endOf('order', `/orders/${id}`)).toMatchObject({ status: 'failed' })
    expect(await reservedOf(product_id)).toBe(most)
  })

  test('is answered at once without a wait', async () => {
    const { id } = await order({ product_id: 1, payment: 'succeed' })
    for (const prefer of ['wait=0', 'wait=soon', 'respond-async']) {
      const answer = await send({
        service: 'order',
        method: 'GET',
        path: `/orders/${id}`,
        headers: { prefer },
      })
      expect(answer.status).toBe(200)
      expect(answer.milliseconds).toBeLessThan(5000)
    }
  })
})
