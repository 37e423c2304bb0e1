/**
 * The messages that each consumer has handled. Written last in the transaction of their effects, it
 * makes each effect happen once; it is also the record of when work was completed.
 */
import { sql } from 'kysely'
import type { QueueName } from '../../model/messages.ts'
import { type Places, prepare } from '../connection/prepare.ts'
import type { Db } from '../schema.ts'

/** A message that a consumer has handled. */
export type Handled = {
  /** The queue: each has one consumer. */
  consumer: QueueName
  message_id: string
  correlation_id: string
  /** The row that it is about, such as `order/7`. */
  subject?: string | undefined
  /** When the event occurred, by the clock of its publisher. */
  occurred_at: Date | string
  /** When its message was stored, by the clock of the database. */
  accepted_at: Date | string
}

type Column<K extends keyof Handled> = Handled[K][]
type Columns = { [K in keyof Required<Handled>]: Column<K> }

// In one order, so that two instances that insert the same messages do not wait for each other.
const insert = prepare((db, values: Places<Columns>) => ({
  compile: () =>
    sql`
      insert into inbox (consumer, message_id, correlation_id, subject, occurred_at, accepted_at)
      select * from unnest(
        ${values.consumer}::text[], ${values.message_id}::uuid[], ${values.correlation_id}::text[],
        ${values.subject}::text[], ${values.occurred_at}::timestamptz[], ${values.accepted_at}::timestamptz[]
      ) as handled (consumer, message_id) order by consumer, message_id
      on conflict do nothing
    `.compile(db),
}))

const columnOf = <K extends keyof Handled>(rows: readonly Handled[], name: K): Column<K> =>
  rows.map((row) => row[name])

/**
 * Records messages as handled. Waits for a transaction that is just recording one of them.
 * @returns how many are new; the effects of the others have happened before
 */
export async function recordHandled(db: Db, rows: readonly Handled[]): Promise<number> {
  const { numAffectedRows } = await insert(db, {
    consumer: columnOf(rows, 'consumer'),
    message_id: columnOf(rows, 'message_id'),
    correlation_id: columnOf(rows, 'correlation_id'),
    subject: columnOf(rows, 'subject'),
    occurred_at: columnOf(rows, 'occurred_at'),
    accepted_at: columnOf(rows, 'accepted_at'),
  })
  return Number(numAffectedRows)
}
