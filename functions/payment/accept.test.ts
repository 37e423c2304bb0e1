import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { completeJob } from '../../db/work/jobs.ts'
import { type Acceptance, createAcceptance } from '../../tests/acceptance.ts'

let payments: Acceptance
beforeEach(async () => {
  payments = await createAcceptance('payment')
  onTestFinished(() => payments.close())
})

const readJob = async (id: unknown, headers = {}) => {
  const response = await payments.ask(`/jobs/${id}`, { headers })
  return { response, job: (await response.json()) as Record<string, string> }
}

test('a payment becomes a job, in US dollars by default', async () => {
  const { status, body } = await payments.send('/process_payment', { amount: 99.5 })
  expect(status).toBe(202)
  const payment_id = expect.stringMatching(/^pay_[0-9a-f]{12}$/)
  expect(body).toEqual({ payment_id, status: 'processing', message: expect.any(String) })
  expect(payments.announced).toEqual([
    {
      type: 'PaymentInitiated',
      version: 1,
      data: {
        payment_id: body.payment_id,
        amount: 99.5,
        currency: 'USD',
        timestamp: expect.stringMatching(/Z$/),
      },
      subject: `job/${body.payment_id}`,
    },
  ])
  const { job } = await readJob(body.payment_id)
  expect(job).toEqual({
    id: body.payment_id,
    status: 'queued',
    accepted_at: expect.stringMatching(/Z$/),
  })
})

test.each([{}, { amount: -1 }, { amount: '5' }, { amount: 1, currency: '' }])(
  'the payment %j is refused',
  async (payment) => {
    expect((await payments.send('/process_payment', payment)).status).toBe(422)
    expect(payments.announced).toEqual([])
  },
)

test('a payment that is to fail needs no body', async () => {
  const response = await payments.ask('/process_payment_fail', { method: 'POST' })
  expect(response.status).toBe(202)
  expect(await response.json()).toMatchObject({ status: 'failed', reason: 'Insufficient funds' })
  expect(payments.announced).toEqual([])
})

test('a client that prefers to wait gets the result', async () => {
  const { body } = await payments.send('/process_payment', { amount: 1 })
  const waiting = readJob(body.payment_id, { prefer: 'respond-async, wait=20' })
  await completeJob(payments.db, String(body.payment_id), { status: 'success' })
  const { response, job } = await waiting
  expect(job).toMatchObject({ status: 'completed', result: { status: 'success' } })
  expect([job.accepted_at, job.completed_at].toSorted()[1]).toBe(job.completed_at)
  expect(response.headers.get('preference-applied')).toBe('wait=20')
})

test('an unknown job is not waited for', async () => {
  const { response, job } = await readJob('pay_0', { prefer: 'wait=20' })
  expect(response.status).toBe(404)
  expect(job).toEqual({ detail: 'Job not found' })
})
