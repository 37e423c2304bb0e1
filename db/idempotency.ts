/** Operations that a client named with a key: one attempt at a time, and answered the same ever after. */
import { type RawBuilder, sql } from 'kysely'
import { ownedByTheLiving } from './instances.ts'
import type { Db } from './schema.ts'

/** One attempt at an operation: its route, the client's own key, and what proves that this attempt holds it. */
export type Operation = { operation: string; key: string; token: string }

export type Claim =
  /** To be carried out; `subject_id` is what an attempt that was cut off has made already. */
  | { state: 'claimed'; subject_id: number | null }
  /** The answer is JSON, to the letter. */
  | { state: 'answered'; status: number; answer: string }
  | { state: 'in_flight' }
  | { state: 'other_request' }

export type ClaimOptions = {
  request_hash: string
  /** The instance that asks, and the tokens of what it is working on itself. */
  owner: number
  inFlight: Iterable<string>
  /** How long a key is remembered, in hours. */
  keptHours: number
}

// An attempt at another instance that lives but could not say that it has ended counts as given up then.
const longestAttempt = sql.lit('2 minutes')

/** Claims an operation for an attempt, or says why not. */
export async function claimOperation(
  db: Db,
  operation: Operation,
  options: ClaimOptions,
): Promise<Claim> {
  const { request_hash, owner, inFlight, keptHours } = options
  const named = sql`operation = ${operation.operation} and key = ${operation.key}`
  await sql`delete from idempotency_keys where ${named} and created_at < now() - make_interval(hours => ${keptHours}::integer)`.execute(
    db,
  )
  const { rows } = await sql<{ subject_id: number | null }>`
    insert into idempotency_keys as earlier (operation, key, request_hash, owner, token)
    values (${operation.operation}, ${operation.key}, ${request_hash}, ${owner}, ${operation.token})
    on conflict (operation, key) do update set owner = excluded.owner, token = excluded.token, created_at = now()
      where earlier.request_hash = excluded.request_hash and earlier.status is null
        and case when earlier.owner = excluded.owner then earlier.token <> all (${[...inFlight]}::uuid[])
          else earlier.created_at < now() - ${longestAttempt}::interval or not ${ownedByTheLiving('earlier.owner')} end
    returning subject_id
  `.execute(db)
  return rows[0]
    ? { state: 'claimed', subject_id: rows[0].subject_id }
    : findClaim(db, operation, request_hash)
}

async function findClaim(
  db: Db,
  { operation, key }: Operation,
  request_hash: string,
): Promise<Claim> {
  const earlier = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', sql<string>`answer::text`.as('answer')])
    .where('operation', '=', operation)
    .where('key', '=', key)
    .executeTakeFirst()
  // Given up a moment ago by whoever had it.
  if (!earlier) return { state: 'in_flight' }
  if (earlier.request_hash !== request_hash) return { state: 'other_request' }
  if (earlier.status === null) return { state: 'in_flight' }
  return { state: 'answered', status: earlier.status, answer: earlier.answer }
}

const isHeld = ({ operation, key, token }: Operation) =>
  sql`operation = ${operation} and key = ${key} and token = ${token}::uuid and status is null`

/** Keeps the answer of an operation, to be repeated; false where another attempt has taken it over. */
export async function keepAnswer(
  db: Db,
  operation: Operation,
  { status, answer }: { status: number; answer: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update idempotency_keys set status = ${status}, answer = ${answer}::json where ${isHeld(operation)}
  `.execute(db)
  return numAffectedRows === 1n
}

/** Gives an operation up that has no answer to keep: forgotten where it has made nothing, otherwise to be resumed by the next attempt. */
export const giveUpOperation = (db: Db, operation: Operation): Promise<unknown> =>
  sql`
    with forgotten as (delete from idempotency_keys where ${isHeld(operation)} and subject_id is null)
    update idempotency_keys set owner = 0 where ${isHeld(operation)} and subject_id is not null
  `.execute(db)

/** As a step of a statement: a row where the attempt holds its operation, which nobody can take over before the statement ends. */
export const heldClaim = (operation: Operation): RawBuilder<unknown> =>
  sql`select from idempotency_keys where ${isHeld(operation)} for update`

/** As a step of a statement whose step `made` has made something: notes its id with the operation. */
export const noteSubject = (operation: Operation): RawBuilder<unknown> =>
  sql`update idempotency_keys set subject_id = made.id from made where ${isHeld(operation)}`
