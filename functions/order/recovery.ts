import { randomUUID } from 'node:crypto'
import { endSaga, listUnfinishedSagas, takeOverSaga, type UnfinishedSaga } from '../../db/sagas.ts'
import { compensate, type Services } from './checkout.ts'

const batch = 100

/** What one round of recovery did: orders that it ended, and those whose compensation is still owed. */
export type Recovery = { ended: number; owed: number }

/**
 * Brings orders to their end whose saga nobody works on any more: their instance is gone, or this one gave them up. Whatever
 * their payment came to, the stock is given back and the order fails. Two instances that do so at once do no harm: one takes
 * the saga over, and giving back is done once.
 */
export default async function recoverOrders(services: Services): Promise<Recovery> {
  const { db, instance, inFlight } = services
  const isLeft = ({ owner, owned, token }: UnfinishedSaga) => (owner === instance ? !inFlight.has(token) : !owned)
  const left = (await listUnfinishedSagas(db, batch)).filter(isLeft)
  let ended = 0
  for (const saga of left) {
    // One that does not answer will not answer for the others either: they wait for the next round.
    if (!(await recover(services, saga))) break
    ended++
  }
  return { ended, owed: left.length - ended }
}

/** Ends one order; false where its compensation was not confirmed. */
async function recover({ db, inventory, instance: owner }: Services, saga: UnfinishedSaga): Promise<boolean> {
  const { order_id, product_id, quantity } = saga
  const token = randomUUID()
  if (!(await takeOverSaga(db, saga, { owner, token }))) return true
  if (!(await compensate(inventory, { product_id, quantity, order_id }))) return false
  await endSaga(db, { order_id, token }, 'failed')
  return true
}
