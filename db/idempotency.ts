/** Operations that a client named with a key: one at a time, and answered the same ever after. */
import { type QueryCreator, sql } from 'kysely'
import { ownedByTheLiving } from './instances.ts'
import type { Database, Db } from './schema.ts'

/** What names an operation: its route, and the client's own key. */
export type OperationKey = { operation: string; key: string }

export type Claim =
  /** To be carried out; `subject_id` is what an attempt that was cut off has made already. */
  | { state: 'claimed'; subject_id: number | null }
  | { state: 'answered'; status: number; answer: unknown }
  | { state: 'in_flight' }
  | { state: 'other_request' }

// Longer than one request may take; an attempt that could not record its answer is given up then.
const longestAttempt = sql.lit('2 minutes')
const keptFor = sql.lit('24 hours')

/** Claims an operation for an instance, or says why not. */
export async function claimOperation(
  db: Db,
  { operation, key }: OperationKey,
  { request_hash, owner }: { request_hash: string; owner: number },
): Promise<Claim> {
  await sql`
    delete from idempotency_keys where operation = ${operation} and key = ${key} and created_at < now() - ${keptFor}::interval
  `.execute(db)
  const claimed = await db
    .insertInto('idempotency_keys')
    .values({ operation, key, request_hash, owner })
    .onConflict((conflict) =>
      conflict
        .columns(['operation', 'key'])
        .doUpdateSet({ owner, created_at: sql<Date>`now()` })
        .where('idempotency_keys.request_hash', '=', request_hash)
        .where('idempotency_keys.status', 'is', null)
        .where(
          sql<boolean>`(idempotency_keys.created_at < now() - ${longestAttempt}::interval or not ${ownedByTheLiving('idempotency_keys.owner')})`,
        ),
    )
    .returning('subject_id')
    .executeTakeFirst()
  return claimed
    ? { state: 'claimed', subject_id: claimed.subject_id }
    : findClaim(db, { operation, key }, request_hash)
}

async function findClaim(db: Db, { operation, key }: OperationKey, request_hash: string): Promise<Claim> {
  const earlier = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'answer'])
    .where('operation', '=', operation)
    .where('key', '=', key)
    .executeTakeFirst()
  // Given up a moment ago by whoever had it.
  if (!earlier) return { state: 'in_flight' }
  if (earlier.request_hash !== request_hash) return { state: 'other_request' }
  if (earlier.status === null) return { state: 'in_flight' }
  return { state: 'answered', status: earlier.status, answer: earlier.answer }
}

/** Keeps the answer of an operation, to be repeated. */
export async function keepAnswer(
  db: Db,
  { operation, key }: OperationKey,
  { status, answer }: { status: number; answer: unknown },
): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({ status, answer: JSON.stringify(answer) })
    .where('operation', '=', operation)
    .where('key', '=', key)
    .execute()
}

/** Gives an operation up that has no answer to keep: forgotten where it has made nothing, otherwise to be resumed by the next attempt. */
export async function giveUpOperation(db: Db, { operation, key }: OperationKey): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('idempotency_keys')
    .where('operation', '=', operation)
    .where('key', '=', key)
    .where('status', 'is', null)
    .where('subject_id', 'is', null)
    .executeTakeFirst()
  if (numDeletedRows === 0n)
    await db
      .updateTable('idempotency_keys')
      .set({ owner: 0 })
      .where('operation', '=', operation)
      .where('key', '=', key)
      .where('status', 'is', null)
      .execute()
}

/** As a step of a statement whose step `made` has made something: notes its id with the operation. */
export const noteSubject = (
  query: QueryCreator<Database & { made: { id: number } }>,
  { operation, key }: OperationKey,
) =>
  query
    .updateTable('idempotency_keys')
    .from('made')
    .set((eb) => ({ subject_id: eb.ref('made.id') }))
    .where('operation', '=', operation)
    .where('key', '=', key)
    .returning('subject_id')
