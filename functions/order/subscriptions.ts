import {
  completePaidOrder,
  failRejectedOrder,
  failReleasedOrder,
  noteFailedPayment,
} from '../../db/work/choreography.ts'
import { stockRejected, stockReleased } from '../inventory/events.ts'
import { consumes, note } from '../messaging/subscription.ts'
import { orderPaid, paymentFailed } from '../payment/events.ts'

export default consumes<'order'>({
  stock_rejected_queue: note(stockRejected, (db, { order_id }) => failRejectedOrder(db, order_id)),
  order_paid_queue: note(orderPaid, (db, { order_id }) => completePaidOrder(db, order_id)),
  order_payment_failed_queue: note(paymentFailed, (db, { order_id }) =>
    noteFailedPayment(db, order_id),
  ),
  stock_released_queue: note(stockReleased, (db, { order_id }) => failReleasedOrder(db, order_id)),
})
