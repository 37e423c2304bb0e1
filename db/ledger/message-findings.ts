/** The violations that the audit looks for among messages. */
import { sql } from 'kysely'
import { type QueueName, queueNames } from '../../model/messages.ts'
import type { Db, OrderStatus } from '../schema.ts'
import { type DeadLetter, listDeadLetters } from '../work/dead-letters.ts'
import { queueSchema } from '../work/store-messages.ts'
import type { Finding } from './audit-findings.ts'

/** A violation that concerns messages. */
const found = (problem: string): Finding => ({ order_id: null, product_id: null, problem })

/** Queues in which messages have waited for too long. */
export async function findUndelivered(db: Db, limitSeconds: number): Promise<Finding[]> {
  const jobs = `${queueSchema}.job`
  const { rows: tables } = await sql`select where to_regclass(${jobs}) is not null`.execute(db)
  if (tables.length === 0) return []
  const { rows } = await sql<{ queue: QueueName; count: number }>`
    select name as queue, count(*)::integer as count from ${sql.table(jobs)}
    where name = any (${queueNames}::text[]) and state in ('created', 'retry', 'active')
      and created_on < now() - make_interval(secs => ${limitSeconds}::float8)
    group by name order by name
  `.execute(db)
  return rows.map(({ queue, count }) => found(`${countOf(count, 'message')} waited in ${queue}`))
}

const countOf = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The status in which each of these messages ends its order. */
const endings = {
  order_paid_queue: 'completed',
  stock_rejected_queue: 'failed',
  stock_released_queue: 'failed',
} as const satisfies Partial<Record<QueueName, OrderStatus>>

/** The queue whose messages release stock. */
const releasing = 'inventory_payment_failed_queue' satisfies QueueName

/** The queues whose messages complete a job. */
const completing = ['report_job_queue', 'payment_completed_queue'] satisfies QueueName[]

/** The messages of queues that were handled, with the number or the name of what they are about. */
const handledIn = (queues: readonly string[]) => sql`
  select consumer, substring(subject from '^order/([0-9]{1,9})$')::integer as order_id,
    substring(subject from '^job/(.*)$') as job_id
  from inbox where consumer = any (${queues}::text[])
`

/**
 * Messages that were handled without what they bring: an order that did not end, stock that was not
 * released, a job that is not completed.
 */
export async function findWithoutEffect(db: Db): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    with missing as (
      select placed.id as order_id, consumer
      from (${handledIn(Object.keys(endings))}) as handled
        join orders as placed on placed.id = handled.order_id
      where status <> ${JSON.stringify(endings)}::jsonb ->> consumer
      union all
      select placed.id, consumer
      from (${handledIn([releasing])}) as handled
        join orders as placed on placed.id = handled.order_id
        left join reservations as entry
          on entry.order_id = placed.id and entry.product_id = placed.product_id
      where entry.compensated_at is null
    )
    select order_id, null::integer as product_id,
      'has no effect of its message in ' || consumer as problem
    from missing
    union all
    select null, null, 'Job ' || id || ' has no effect of its message in ' || consumer
    from (${handledIn(completing)}) as handled join jobs on jobs.id = handled.job_id
    where status <> 'completed'
    order by order_id, problem
  `.execute(db)
  return rows
}

// More of them do not fit on a screen, and one order needs a few messages only.
const mostLetters = 1000

/** The messages that were given up, the oldest first. */
export const readDeadLetters = (db: Db): Promise<DeadLetter[]> => listDeadLetters(db, mostLetters)

/** The queues that have dead letters, each with the reason of its oldest. */
export function findDead(letters: readonly DeadLetter[]): Finding[] {
  const queues = Map.groupBy(letters, ({ queue }) => queue)
  return Array.from(queues, ([queue, dead]) => {
    const reason = dead[0]?.reason ?? ''
    return found(`${countOf(dead.length, 'dead letter')} in ${queue}: ${reason}`)
  })
}

const orderIn = ({ message }: DeadLetter): unknown =>
  (message as { data?: { order_id?: unknown } | null } | null)?.data?.order_id

/** Names the dead letter that holds an order, for each order that has one. */
export function explainHeld(
  findings: readonly Finding[],
  letters: readonly DeadLetter[],
): Finding[] {
  const holders = new Map(letters.map((letter) => [orderIn(letter), letter]))
  return findings.map((finding) => {
    const holder = finding.order_id === null ? undefined : holders.get(finding.order_id)
    if (!holder) return finding
    return { ...finding, problem: `${finding.problem}; a dead letter in ${holder.queue} holds it` }
  })
}
