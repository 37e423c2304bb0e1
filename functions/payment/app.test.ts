import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import payment from './app.ts'

test('takes a payment after the delay of the external API', async () => {
  const start = performance.now()
  const response = await payment.request('/process_payment', postJson({ amount: 5 }), {
    PAYMENT_DELAY_MS: 20,
  })
  expect(performance.now() - start).toBeGreaterThanOrEqual(20)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'success', amount: 5, order_id: null })
})

test('gives each payment its own id', async () => {
  const pay = () => payment.request('/process_payment', postJson({}), { PAYMENT_DELAY_MS: 0 })
  const [first, second] = (await Promise.all([(await pay()).json(), (await pay()).json()])) as {
    transaction_id: string
  }[]
  expect(first?.transaction_id).not.toBe(second?.transaction_id)
})

test('refuses a payment by design', async () => {
  const response = await payment.request('/process_payment_fail', postJson({ order_id: 3 }), {
    PAYMENT_DELAY_MS: 600_000,
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    detail: { reason: 'Insufficient funds', order_id: 3 },
  })
})
