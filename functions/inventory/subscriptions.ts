import { publish } from '../messaging/event.ts'
import { consumes, on } from '../messaging/subscription.ts'
import { orderCreated } from '../order/events.ts'
import { paymentFailed } from '../payment/events.ts'
import { compensateStock, reserveStock } from './contract.ts'
import { stockRejected, stockReleased, stockReserved } from './events.ts'

type Booking = { order_id: number; product_id: number; quantity: number }

const bookingOf = ({ order_id, product_id, quantity }: Booking) => ({
  order_id,
  product_id,
  quantity,
})

const subjectOf = ({ order_id }: Booking) => `order/${order_id}`

const textOf = (detail: string | object) =>
  typeof detail === 'string' ? detail : JSON.stringify(detail)

export default consumes<'inventory'>({
  order_created_queue: on(orderCreated, reserveStock).as(bookingOf, {
    200: (order, { timestamp }) => [
      publish(
        stockReserved,
        { ...bookingOf(order), payment: order.payment, reserved_at: timestamp },
        subjectOf(order),
      ),
    ],
    409: (order, { detail }) => [
      publish(
        stockRejected,
        { ...bookingOf(order), reason: textOf(detail), timestamp: new Date().toISOString() },
        subjectOf(order),
      ),
    ],
  }),
  inventory_payment_failed_queue: on(paymentFailed, compensateStock).as(bookingOf, {
    200: (failed, { timestamp }) => [
      publish(
        stockReleased,
        { ...bookingOf(failed), reason: failed.reason, released_at: timestamp },
        subjectOf(failed),
      ),
    ],
  }),
})
