/** The times of accepted work, by one clock for all services: that of the database. */
import type { Db } from '../../db/schema.ts'
import { clocks } from '../../model/clocks.ts'
import type { QueueName } from '../../model/messages.ts'
import type { Scenario } from '../../model/scenarios.ts'

/** From the acceptance of a request, in milliseconds. */
export type Times = {
  /** The requester's work was done. */
  completedMs: number
  /** Every part agreed. */
  consistentMs: number
}

export type Handled = { consumer: QueueName; accepted_at: Date; handled_at: Date }

const readHandled = (db: Db, correlationId: string): Promise<Handled[]> =>
  db
    .selectFrom('inbox')
    .select(['consumer', 'accepted_at', 'handled_at'])
    .where('correlation_id', '=', correlationId)
    .execute()

/** The times of one request from its messages; `undefined` while it is not consistent. */
export function timesOf(
  { number }: Pick<Scenario, 'number'>,
  handled: readonly Handled[],
): Times | undefined {
  const { completed, consistent } = clocks[number]
  const timesIn = (queues: readonly QueueName[]) =>
    handled.filter((it) => queues.includes(it.consumer)).map((it) => it.handled_at.getTime())
  const done = new Set(handled.map(({ consumer }) => consumer))
  if (!consistent.every((queue) => done.has(queue))) return undefined
  // The first message is stored with the change that it announces: that of the request.
  const acceptedAt = Math.min(...handled.map((it) => it.accepted_at.getTime()))
  return {
    completedMs: Math.min(...timesIn(completed)) - acceptedAt,
    consistentMs: Math.max(...timesIn(consistent)) - acceptedAt,
  }
}

/** Reads the times of the request with a correlation id; `undefined` while it is not consistent. */
export const readTimes = async (
  db: Db,
  scenario: Scenario,
  correlationId: string,
): Promise<Times | undefined> => timesOf(scenario, await readHandled(db, correlationId))
