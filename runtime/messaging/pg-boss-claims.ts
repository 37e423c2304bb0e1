/** Takes messages from the queues of pg-boss, and settles them. */
import { fromKysely, type JobWithMetadata, type PgBoss } from 'pg-boss'
import { queueSchema } from '../../db/work/store-messages.ts'
import type { QueueName } from '../../model/messages.ts'
import type { Broker, Peek, Taken } from './broker.ts'

type Settled = { affected: number }
type Lost = { queue: QueueName; id: string; retryCount: number }

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
const claimsOf = (taken: readonly Taken[]) =>
  taken.map(({ key, delivery }) => ({ id: key, retryCount: delivery - 1 }))

const jobs = `${queueSchema}.job`
const live = `name = any($1::text[]) and state = 'active'`
const lost = 'name as queue, id, retry_count as "retryCount"'

// pg-boss counts an attempt when a job that has been started is fetched: one that has not been is
// none. It has no way back of its own.
const giveBackUncounted = `
  update ${jobs} set state = 'created', started_on = null, heartbeat_on = null,
    priority = least(priority, $3::integer)
  where ${live} and (id::text || ':' || retry_count) = any($2::text[])
`
const waits = `
  select from ${jobs}
  where name = queue and state < 'active' and not blocked and start_after <= now()
`
const peek = `
  select queue, exists (${waits} and priority >= 0) as ready,
    exists (${waits} and priority < 0) as suspect
  from unnest($1::text[]) as queues (queue)
`
const findTaken = `select ${lost} from ${jobs} where ${live}`

// While the server was down, nobody could finish anything: after its start, there is time for it.
const findExpired = `
  select ${lost} from ${jobs}
  where state = 'active' and started_on + make_interval(secs => expire_seconds) < now()
    and pg_postmaster_start_time() < now() - interval '10 seconds'
`

export function createClaims(boss: PgBoss): Omit<Broker, 'listen' | 'isListening' | 'close'> {
  const run = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await boss.getDb().executeSql(text, values)).rows

  async function fetch(queue: QueueName, options: object): Promise<Taken[]> {
    const found = await boss.fetch<object>(queue, { ...options, includeMetadata: true })
    return found.map((job) => takenOf(queue, job))
  }

  async function putBack(taken: readonly Taken[], priority: number): Promise<void> {
    const claims = claimsOf(taken).map(({ id, retryCount }) => `${id}:${retryCount}`)
    const queues = [...new Set(taken.map(({ queue }) => queue))]
    if (claims.length > 0) await run(giveBackUncounted, [queues, claims, priority])
  }

  async function failAll(found: readonly Lost[], message: string): Promise<number> {
    for (const [queue, claims] of Map.groupBy(found, (job) => job.queue))
      await boss.fail(queue, claims, { message })
    return found.length
  }

  return {
    async store(db, queue, messages) {
      const rows = messages.map((data) => ({ data }))
      await boss.insert(queue, rows, { db: fromKysely(db) })
    },
    take: (queue, most) => fetch(queue, { batchSize: most, minPriority: 0 }),
    takeSuspect: async (queue) => (await fetch(queue, { maxPriority: suspectPriority }))[0],
    peek: (queues) => run<Peek>(peek, [queues]),
    setAside: (taken) => putBack(taken, suspectPriority),
    giveBack: (taken) => putBack(taken, 0),
    async finish(db, taken) {
      const [first] = taken
      if (!first) return true
      const claims = claimsOf(taken)
      const options = { db: fromKysely(db) }
      // Its type is documented, and not exported.
      const { affected } = (await boss.complete(first.queue, claims, null, options)) as Settled
      return affected === taken.length
    },
    async retry(taken, message) {
      await boss.fail(taken.queue, claimsOf([taken]), { message })
    },
    reclaim: async (queues) =>
      failAll(await run<Lost>(findTaken, [queues]), 'its process has ended'),
    expire: async () => void (await failAll(await run<Lost>(findExpired), 'took too long')),
  }
}
