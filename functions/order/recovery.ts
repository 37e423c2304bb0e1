import {
  countExpiredSagas,
  failSagas,
  releaseSagas,
  takeOverSagas,
} from '../../db/work/expired-sagas.ts'
import type { Lease } from '../../db/work/leases.ts'
import { releaseStock, type Services } from './checkout.ts'

// A backlog of thousands drains in seconds, and the inventory service keeps room for others.
const batch = 20

/**
 * One round of recovery: the orders that it ended, and those that still need their compensation.
 */
export type Recovery = { ended: number; owed: number }

/**
 * Ends orders whose lease on the saga has expired: their instance crashed, or released them.
 * The stock is released and the order fails, regardless of the payment. Several instances may
 * recover at once: each saga has one holder. When `signal` aborts, the round ends and releases what it holds.
 */
export default async function recoverOrders(
  services: Services,
  signal?: AbortSignal,
): Promise<Recovery> {
  const { db, leases } = services
  // After an outage of the database, leases of this instance may have expired although it is alive.
  await leases.renew()
  let ended = 0
  for (;;) {
    const { taken, failed } = await leases.hold((lease) => recoverBatch(services, lease, signal))
    ended += failed
    // If the inventory service fails for these, it would fail for the others as well: the next
    // round tries again.
    if (failed < taken || signal?.aborted) return { ended, owed: await countExpiredSagas(db) }
    if (taken < batch) return { ended, owed: 0 }
  }
}

async function recoverBatch({ db, inventory }: Services, lease: Lease, signal?: AbortSignal) {
  const sagas = await takeOverSagas(db, lease, batch)
  if (sagas.length === 0) return { taken: 0, failed: 0 }
  const confirmed = await Promise.all(sagas.map((saga) => releaseStock(inventory, saga, signal)))
  const compensated = sagas.filter((_, index) => confirmed[index])
  const failed = await failSagas(db, lease, compensated)
  if (failed < sagas.length) await releaseSagas(db, lease)
  return { taken: sagas.length, failed }
}
