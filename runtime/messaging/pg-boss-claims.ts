/** Takes messages from the queues of pg-boss, and settles them. */
import { fromKysely, type JobWithMetadata, type PgBoss } from 'pg-boss'
import { storeNewMessages } from '../../db/work/store-messages.ts'
import {
  type Claim,
  findExpired,
  findTaken,
  giveBack,
  peek,
  type QueueDb,
} from '../../db/work/taken-messages.ts'
import type { QueueName } from '../../model/messages.ts'
import type { Broker, Taken } from './broker.ts'

type Claims = Pick<
  Broker,
  | 'store'
  | 'storeAlone'
  | 'take'
  | 'takeSuspect'
  | 'peek'
  | 'setAside'
  | 'giveBack'
  | 'finish'
  | 'retry'
  | 'reclaim'
  | 'expire'
>

type Settled = { affected: number }

// Those of the messages that are taken as usual are 0.
const suspectPriority = -1

function takenOf(queue: QueueName, job: JobWithMetadata): Taken {
  const takenMs = performance.now()
  const deadlineMs = takenMs + job.expireInSeconds * 1000
  const { id: key, data: message, createdOn: storedAt, retryCount, output } = job
  const { message: failure } = (output ?? {}) as { message?: string }
  const delivery = retryCount + 1
  return { queue, message, key, delivery, failure, storedAt, takenMs, deadlineMs }
}

/** What tells pg-boss that a message is still ours: the attempt that was fetched. */
const claimOf = ({ queue, key, delivery }: Taken): Claim => ({
  queue,
  id: key,
  retryCount: delivery - 1,
})

/** @param apart for the looks of a service at rest, which needs no other connection then */
export function createClaims(boss: PgBoss, apart: QueueDb): Claims {
  const db = boss.getDb()

  async function fetch(queue: QueueName, options: object): Promise<Taken[]> {
    const found = await boss.fetch<object>(queue, { ...options, includeMetadata: true })
    return found.map((job) => takenOf(queue, job))
  }

  async function failAll(on: QueueDb, found: readonly Claim[], message: string): Promise<number> {
    for (const [queue, claims] of Map.groupBy(found, (job) => job.queue))
      await boss.fail(queue, claims, { message }, { db: on })
    return found.length
  }

  const store: Broker['store'] = async (on, queue, messages) => {
    const rows = messages.map((data) => ({ data }))
    await boss.insert(queue, rows, { db: fromKysely(on) })
  }

  return {
    store,
    storeAlone: storeNewMessages,
    take: (queue, most) => fetch(queue, { batchSize: most, minPriority: 0 }),
    takeSuspect: async (queue) => (await fetch(queue, { maxPriority: suspectPriority }))[0],
    peek: (queues) => peek(apart, queues),
    setAside: (taken) => giveBack(db, taken.map(claimOf), suspectPriority),
    giveBack: (taken) => giveBack(db, taken.map(claimOf), 0),
    async finish(on, taken) {
      const [first] = taken
      if (!first) return true
      const claims = taken.map(claimOf)
      const options = { db: fromKysely(on) }
      // Its type is documented, and not exported.
      const { affected } = (await boss.complete(first.queue, claims, null, options)) as Settled
      return affected === taken.length
    },
    async retry(taken, message) {
      await boss.fail(taken.queue, [claimOf(taken)], { message })
    },
    async reclaim(on, queues) {
      const transaction = fromKysely(on)
      const found = await findTaken(transaction, queues)
      return failAll(transaction, found, 'its process has ended')
    },
    expire: async () => void (await failAll(db, await findExpired(db), 'took too long')),
  }
}
