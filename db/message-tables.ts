/** The tables of the asynchronous style. */
import type { ColumnType, Generated, Selectable } from 'kysely'
import type { QueueName } from '../model/messages.ts'

/** A message whose effects are committed; see work/inbox.ts. */
export interface InboxTable {
  /** The queue that it was consumed from. */
  consumer: QueueName
  message_id: string
  /** The id of the accepted request that caused it. */
  correlation_id: string
  /** The row that it is about, such as `order/7`. */
  subject: string | null
  /** When the event occurred, by the clock of its publisher. */
  occurred_at: Date
  /** When its message was stored. */
  accepted_at: Date
  handled_at: Generated<Date>
}

export type JobStatus = 'queued' | 'processing' | 'completed' | 'failed'

/** Work that was accepted, and its result once it has one. */
export interface JobTable {
  id: string
  status: Generated<JobStatus>
  result: ColumnType<object | null, string | null | undefined, string | null>
  /** Why it failed. */
  reason: string | null
  accepted_at: Generated<Date>
  /** When it completed or failed. */
  completed_at: Date | null
}

/** A message that was given up. */
export interface DeadLetterTable {
  queue: QueueName
  message_id: string
  message: ColumnType<unknown, string, never>
  reason: string
  /** Its deliveries. */
  attempts: number
  /** When it was stored. */
  first_at: Date
  /** When it was given up. */
  last_at: Generated<Date>
}

export type Job = Selectable<JobTable>
