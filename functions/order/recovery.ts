import { randomUUID } from 'node:crypto'
import { countAbandonedSagas, listAbandonedSagas, takeOverSaga } from '../../db/abandoned-sagas.ts'
import { type AbandonedSaga, endSaga } from '../../db/sagas.ts'
import { compensate, type Services } from './checkout.ts'

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
    // Those that were begun while the database was looking are in flight by now.
    const left = found.filter(({ token }) => !inFlight.has(token))
    const outcomes = await Promise.all(left.map((saga) => recover(services, saga)))
    ended += outcomes.filter((outcome) => outcome === 'ended').length
    // Who does not answer these will not answer the others either: they wait for the next round.
    if (outcomes.includes('owed')) return { ended, owed: await countAbandonedSagas(db, { instance, inFlight }) }
    if (found.length < atOnce) return { ended, owed: 0 }
  }
}

/** Ends one order, unless its compensation was not confirmed, or somebody else was faster. */
async function recover(
  { db, inventory, instance: owner }: Services,
  saga: AbandonedSaga,
): Promise<'ended' | 'owed' | 'taken'> {
  const { order_id, product_id, quantity } = saga
  const token = randomUUID()
  if (!(await takeOverSaga(db, saga, { owner, token }))) return 'taken'
  if (!(await compensate(inventory, { product_id, quantity, order_id }))) return 'owed'
  return (await endSaga(db, { order_id, token }, 'failed')) ? 'ended' : 'taken'
}
