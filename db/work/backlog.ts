/** How many messages wait: for the metrics of all services, and for those that add to them. */
import { sql } from 'kysely'
import type { QueueName } from '../../model/messages.ts'
import type { Db } from '../schema.ts'
import { isOverdue, queueSchema } from './store-messages.ts'

const jobs = sql.table(`${queueSchema}.job`)

export type Backlog = {
  kind: 'waiting' | 'expired' | 'dead' | 'stuck'
  queue: QueueName | ''
  count: number
  /** The age of the oldest, in seconds. */
  oldest: number
}

/**
 * Counts the messages of each queue, those that nobody finished in time and the dead letters, and the
 * orders that have been pending for longer than `sagaSeconds`: in one statement. Queues without any
 * are absent.
 */
export async function readBacklog(db: Db, sagaSeconds: number): Promise<Backlog[]> {
  const { rows } = await sql<Backlog>`
    select 'waiting' as kind, name as queue, count(*)::integer as count,
      extract(epoch from now() - min(created_on))::float8 as oldest
    from ${jobs} where state < 'completed' group by name
    union all
    select 'expired', name, count(*)::integer, 0 from ${jobs}
    where ${sql.raw(isOverdue)} group by name
    union all
    select 'dead', queue, count(*)::integer, 0 from dead_letters group by queue
    union all
    select 'stuck', '', count(*)::integer, 0 from order_sagas
    where step <> 'ended' and begun_at < now() - make_interval(secs => ${sagaSeconds}::integer)
  `.execute(db)
  return rows
}

/** The messages that wait in the fullest of some queues, counted up to `most`. */
export async function countWaiting(
  db: Db,
  queues: readonly QueueName[],
  most: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select max(count)::integer as count from unnest(${queues}::text[]) as queue (name),
      lateral (select count(*) from (
        select from ${jobs} as job
        where job.name = queue.name and job.state < 'completed' limit ${most}
      ) as waiting) as counted
  `.execute(db)
  return rows[0]?.count ?? 0
}

const rateSeconds = 10

/** How many messages of some queues are handled per second, lately. */
export async function readDrainRate(db: Db, queues: readonly QueueName[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from inbox
    where consumer = any(${queues}::text[])
      and handled_at > now() - make_interval(secs => ${rateSeconds}::integer)
  `.execute(db)
  return (rows[0]?.count ?? 0) / rateSeconds
}
