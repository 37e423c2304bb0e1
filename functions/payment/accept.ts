import { z } from '@hono/zod-openapi'
import { findJob, insertJob } from '../../db/work/jobs.ts'
import { routes } from '../../model/routes.ts'
import { defineAcceptor } from '../http/define.ts'
import { postEmpty } from '../http/optional-body.ts'
import { readUntil } from '../http/prefer-wait.ts'
import { refuse } from '../http/refusal.ts'
import { post, shortText, withDefault } from '../http/route.ts'
import { publish } from '../messaging/event.ts'
import { getJob, hasJobEnded, newJobId, shownJob } from '../messaging/jobs.ts'
import { paymentInitiated } from './events.ts'

const processPayment = post(routes.processPayment, {
  operationId: 'processPayment',
  summary: 'Accept a payment, to be taken later',
  body: z.object({
    amount: z.number().nonnegative(),
    currency: withDefault(shortText(255).nullish(), 'USD'),
  }),
  answers: {
    202: z.object({
      payment_id: z.string(),
      status: z.literal('processing'),
      message: z.string(),
    }),
  },
})

const processPaymentFail = postEmpty(routes.processPaymentFail, {
  operationId: 'processPaymentFail',
  summary: 'Refuse a payment at once',
  answers: {
    202: z.object({
      status: z.literal('failed'),
      reason: z.literal('Insufficient funds'),
      message: z.string(),
    }),
  },
})

/** Scenario 2: a payment that its client does not wait for. */
export default defineAcceptor<'payment'>()
  .openapi(processPayment, async (c) => {
    const payment_id = newJobId('pay')
    const payment = { payment_id, ...c.req.valid('json'), timestamp: new Date().toISOString() }
    await c.env.accept(async (db) => {
      await insertJob(db, payment_id)
      return { answer: null, publish: [publish(paymentInitiated, payment, `job/${payment_id}`)] }
    })
    const message = 'Payment initiated, it is processed asynchronously'
    return c.json({ payment_id, status: 'processing' as const, message }, 202)
  })
  .openapi(processPaymentFail, (c) => {
    const message = 'Payment failed as requested'
    const failure = { status: 'failed', reason: 'Insufficient funds', message } as const
    return c.json(failure, 202)
  })
  .openapi(getJob, async (c) => {
    const { id } = c.req.valid('param')
    const job = await readUntil(c, () => findJob(c.env.db, id), hasJobEnded)
    if (!job) return refuse(c, { refused: 'unknown', detail: 'Job not found' })
    return c.json(shownJob(job), 200)
  })
