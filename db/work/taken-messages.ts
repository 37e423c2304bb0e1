/** Messages that wait and that are taken: statements on the table of pg-boss that it has no call for. */
import type { Db as BossDb } from 'pg-boss'
import type { QueueName } from '../../model/messages.ts'
import { isOverdue, queueSchema } from './store-messages.ts'

/** A connection of pg-boss: on those of functions, these statements would wait for deliveries. */
export type QueueDb = Pick<BossDb, 'executeSql'>

/** A message that was taken, with the attempt that this was: only the one who has it may end it. */
export type Claim = { queue: QueueName; id: string; retryCount: number }

const jobs = `${queueSchema}.job`
const claim = 'name as queue, id, retry_count as "retryCount"'

const rowsOf = async <Row>(db: QueueDb, text: string, values: unknown[] = []): Promise<Row[]> =>
  (await db.executeSql(text, values)).rows

/** What is taken of some queues, by whatever instance. */
export const findTaken = (db: QueueDb, queues: readonly QueueName[]): Promise<Claim[]> =>
  rowsOf(db, `select ${claim} from ${jobs} where name = any($1::text[]) and state = 'active'`, [
    queues,
  ])

/**
 * What was taken and not finished in time. While the server was down, nobody could finish anything:
 * after its start, there is time for it.
 */
export const findExpired = (db: QueueDb): Promise<Claim[]> =>
  rowsOf(
    db,
    `select ${claim} from ${jobs}
     where ${isOverdue}
       and pg_postmaster_start_time() < now() - interval '10 seconds'`,
  )

/** Whether a queue holds messages, and suspects, that may be taken now. */
export type Peek = { queue: QueueName; ready: boolean; suspect: boolean }

const waits = `
  select from ${jobs}
  where name = queue and state < 'active' and not blocked and start_after <= now()
`

/** What may be taken now, of all queues in one statement. Suspects have a priority below 0. */
export const peek = (db: QueueDb, queues: readonly QueueName[]): Promise<Peek[]> =>
  rowsOf(
    db,
    `select queue, exists (${waits} and priority >= 0) as ready,
       exists (${waits} and priority < 0) as suspect
     from unnest($1::text[]) as queues (queue)`,
    [queues],
  )

/**
 * Has messages taken again, uncounted, at this priority at most. pg-boss counts an attempt when a
 * job that has been started is fetched: one that has not been is none.
 */
export async function giveBack(db: QueueDb, claims: readonly Claim[], priority: number) {
  if (claims.length === 0) return
  const names = claims.map(({ queue }) => queue)
  const ids = claims.map(({ id }) => id)
  const counts = claims.map(({ retryCount }) => retryCount)
  await db.executeSql(
    `update ${jobs} as job set state = 'created', started_on = null, heartbeat_on = null,
       priority = least(job.priority, $4::integer)
     from unnest($1::text[], $2::uuid[], $3::integer[]) as claim (name, id, retry_count)
     where job.name = claim.name and job.id = claim.id and job.state = 'active'
       and job.retry_count = claim.retry_count`,
    [names, ids, counts, priority],
  )
}
