import type { z } from '@hono/zod-openapi'
import { completeJob } from '../../db/work/jobs.ts'
import { stockReserved } from '../inventory/events.ts'
import { publish } from '../messaging/event.ts'
import { consumes, either, note, on } from '../messaging/subscription.ts'
import { processPayment, processPaymentFail } from './contract.ts'
import { orderPaid, paymentCompleted, paymentFailed, paymentInitiated } from './events.ts'

type Reserved = z.output<typeof stockReserved.data>

const bookingOf = ({ order_id, product_id, quantity }: Reserved) => ({
  order_id,
  product_id,
  quantity,
})

const paying = on(stockReserved, processPayment).as(bookingOf, {
  200: (reserved, { transaction_id, timestamp }) => [
    publish(
      orderPaid,
      { ...bookingOf(reserved), transaction_id, timestamp },
      `order/${reserved.order_id}`,
    ),
  ],
})

const refusing = on(stockReserved, processPaymentFail).as(bookingOf, {
  400: (reserved, { detail: { reason, timestamp } }) => [
    publish(
      paymentFailed,
      { ...bookingOf(reserved), reason, timestamp },
      `order/${reserved.order_id}`,
    ),
  ],
})

export default consumes<'payment'>({
  payment_initiated_queue: on(paymentInitiated, processPayment).as(
    ({ amount }) => ({ amount }),
    {
      200: ({ payment_id }, { transaction_id, status, timestamp }) => [
        publish(
          paymentCompleted,
          { payment_id, transaction_id, status, timestamp },
          `job/${payment_id}`,
        ),
      ],
    },
    { jobOf: ({ payment_id }) => payment_id },
  ),
  payment_completed_queue: note(paymentCompleted, (db, { payment_id, transaction_id, status }) =>
    completeJob(db, payment_id, { transaction_id, status }),
  ),
  stock_reserved_queue: either(
    stockReserved,
    { fail: refusing, succeed: paying },
    ({ payment = 'fail' }) => payment,
  ),
})
