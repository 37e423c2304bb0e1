import {
  countAbandonedSagas,
  failSagas,
  listAbandonedSagas,
  takeOverSagas,
} from '../../db/abandoned-sagas.ts'
import { type Booking, compensate, type Services } from './checkout.ts'

// A backlog of thousands drains in seconds, and leaves the inventory service room for others.
const atOnce = 20

/** What one round of recovery did: orders that it ended, and those that are left as their compensation is still owed. */
export type Recovery = { ended: number; owed: number }

/**
 * Brings orders to their end whose saga nobody works on any more: their instance is gone, or this one gave them up. Whatever
 * their payment came to, the stock is given back and the order fails. Two instances that do so at once do no harm: one takes
 * the saga over, and giving back is done once.
 */
export default async function recoverOrders(services: Services): Promise<Recovery> {
  const { db, instance, inFlight } = services
  let ended = 0
  for (;;) {
    const found = await listAbandonedSagas(db, { instance, inFlight, limit: atOnce })
    if (found.length === 0) return { ended, owed: 0 }
    // Those that were begun while the database was looking are in flight by now.
    const left = found.filter(({ token }) => !inFlight.has(token))
    const taken = await takeOverSagas(db, left, instance)
    const confirmed = await Promise.all(
      taken.map((saga) => compensate(services.inventory, bookingOf(saga))),
    )
    const compensated = taken.filter((_, index) => confirmed[index])
    ended += await failSagas(db, compensated)
    // Who does not answer these will not answer the others either: they wait for the next round.
    if (compensated.length < taken.length)
      return { ended, owed: await countAbandonedSagas(db, { instance, inFlight }) }
    if (found.length < atOnce) return { ended, owed: 0 }
  }
}

const bookingOf = ({ order_id, product_id, quantity }: Booking): Booking => ({
  order_id,
  product_id,
  quantity,
})
