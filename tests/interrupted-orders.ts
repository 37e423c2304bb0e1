import { onTestFinished } from 'vitest'
import { reserveStock } from '../db/ledger/reservations.ts'
import { createLeases } from '../db/work/leases.ts'
import { beginSaga, findOutcome, takeStep } from '../db/work/sagas.ts'
import inventory from '../functions/inventory/app.ts'
import payment from '../functions/payment/app.ts'
import { createTestDatabase } from './database.ts'
import { inProcess } from './in-process.ts'
import { expiredLease, untilLeasesExpire } from './leases.ts'

/** The product of the interrupted orders. */
export const product_id = 1

/** Orders that instances left unfinished, in a database of their own. */
export async function createInterruptedOrders() {
  const { db, url, drop } = await createTestDatabase()
  await untilLeasesExpire(db)
  return {
    db,
    url,
    drop,
    /** The bindings of an instance. */
    services() {
      const leases = createLeases({ db })
      onTestFinished(leases.close)
      return {
        db,
        leases,
        payment: inProcess(payment, { PAYMENT_DELAY_MS: 0 }),
        inventory: inProcess(inventory, { db }),
      }
    },
    /** An order that was interrupted after some of its steps. */
    async leave({ reserved = false, paying = false } = {}, lease = expiredLease()) {
      const saga = await beginSaga(db, { product_id, quantity: 2, lease })
      if (reserved) await reserveStock(db, { product_id, quantity: 2, order_id: saga.order_id })
      if (paying) await takeStep(db, saga, 'paying')
      return saga
    },
    statusOf: async (order_id: number) => (await findOutcome(db, order_id))?.status,
    async reserved() {
      const items = db.selectFrom('inventory_items').select('reserved')
      return (await items.where('product_id', '=', product_id).executeTakeFirst())?.reserved
    },
  }
}
