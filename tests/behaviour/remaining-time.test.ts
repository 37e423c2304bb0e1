import { expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { createTestDatabase } from '../database.ts'
import { at, logOf, post, runReady, sample } from './services.ts'

test('refuses requests whose caller will not wait', async () => {
  const payment = await runReady('payment', { CONCURRENCY: '1', PAYMENT_DELAY_MS: '300' })
  await post(payment, '/process_payment')
  const first = post(payment, '/process_payment')
  await expect.poll(() => sample(payment, metrics.slotsInUse.name)).toBe(1)
  const hasty = await post(
    payment,
    '/process_payment',
    {},
    { headers: { 'x-request-timeout-ms': '100' } },
  )
  expect(hasty.status).toBe(503)
  expect(await sample(payment, metrics.slotRefusals.name, { reason: 'wait_too_long' })).toBe(1)
  expect((await first).status).toBe(200)
})

test('calls inherit and keep the remaining time', async () => {
  const database = await createTestDatabase()
  const email = await runReady('email', { EMAIL_DELAY_MS: '5000' })
  const user = await runReady('user', { DATABASE_URL: database.url, ...at(email) })
  const headers = { 'x-request-timeout-ms': '400' }
  const { status, body } = await post(
    user,
    '/register',
    { email: 'hasty@example.com' },
    { headers },
  )
  expect(status).toBe(201)
  expect(body.warnings).toEqual(['email did not answer in time'])
  await expect.poll(() => sample(email, metrics.slotsInUse.name)).toBe(0)
  await user.kill()
  await database.drop()
})

test('a disconnect is not a fault', async () => {
  const email = await runReady('email', { EMAIL_DELAY_MS: '5000' })
  const leaving = new AbortController()
  const init = { signal: leaving.signal }
  const abandoned = post(email, '/send_welcome_email', { email: 'ada@example.com' }, init).catch(
    () => 'left',
  )
  await expect.poll(() => sample(email, metrics.slotsInUse.name)).toBe(1)
  leaving.abort()
  expect(await abandoned).toBe('left')
  await expect
    .poll(async () => (await logOf(email)).at(-1))
    .toMatchObject({
      level: 'warn',
      msg: 'request abandoned: its client left',
      status: 499,
    })
  expect(await sample(email, metrics.requests.name, { status: '499' })).toBe(1)
  expect(await sample(email, metrics.requests.name, { status: '500' })).toBe(0)
})
