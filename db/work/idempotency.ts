/**
 * Operations that a client named with a key: one attempt at a time; later requests get the stored
 * response.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import { expiryOf, isExpired, type Lease } from './leases.ts'

/** One attempt at an operation: its route, the client's key, and the lease of the attempt. */
export type Operation = { operation: string; key: string; lease: Lease }

export type Claim =
  /** The operation runs; `subject_id` is the row that an interrupted attempt has created. */
  | { state: 'claimed'; subject_id: number | null }
  /** The answer is JSON, byte for byte. */
  | { state: 'answered'; status: number; answer: string }
  | { state: 'in_flight' }
  | { state: 'other_request' }

export type ClaimOptions = {
  request_hash: string
  /** How long a key is kept, in hours. */
  keptHours: number
}

/** Claims an operation for an attempt, or returns why that is not possible. */
export async function claimOperation(
  db: Db,
  operation: Operation,
  { request_hash, keptHours }: ClaimOptions,
): Promise<Claim> {
  const { key, lease } = operation
  const named = sql`operation = ${operation.operation} and key = ${key}`
  await sql`
    delete from idempotency_keys
    where ${named} and created_at < now() - make_interval(hours => ${keptHours}::integer)
  `.execute(db)
  const { rows } = await sql<{ subject_id: number | null }>`
    insert into idempotency_keys as earlier
      (operation, key, request_hash, lease_holder, lease_token, lease_expires_at)
    values
      (${operation.operation}, ${key}, ${request_hash},
        ${lease.holder}, ${lease.token}, ${expiryOf(lease)})
    on conflict (operation, key) do update set lease_holder = excluded.lease_holder,
      lease_token = excluded.lease_token, lease_expires_at = excluded.lease_expires_at,
      created_at = now()
      where earlier.request_hash = excluded.request_hash and earlier.status is null
        and ${isExpired('earlier')}
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
  // Its holder released it between the two statements.
  if (!earlier) return { state: 'in_flight' }
  if (earlier.request_hash !== request_hash) return { state: 'other_request' }
  if (earlier.status === null) return { state: 'in_flight' }
  return { state: 'answered', status: earlier.status, answer: earlier.answer }
}

const isHeld = ({ operation, key, lease }: Operation) =>
  sql`operation = ${operation} and key = ${key} and lease_token = ${lease.token}::uuid
    and status is null`

/** Stores the answer of an operation; false if the lease is lost. */
export async function keepAnswer(
  db: Db,
  operation: Operation,
  { status, answer }: { status: number; answer: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update idempotency_keys set status = ${status}, answer = ${answer}::json
    where ${isHeld(operation)}
  `.execute(db)
  return numAffectedRows === 1n
}

/**
 * Releases an operation without an answer: deletes it if it created nothing, otherwise leaves it
 * for the next attempt to resume.
 */
export const releaseOperation = (db: Db, operation: Operation): Promise<unknown> =>
  sql`
    with deleted as (delete from idempotency_keys where ${isHeld(operation)} and subject_id is null)
    update idempotency_keys set lease_expires_at = now()
    where ${isHeld(operation)} and subject_id is not null
  `.execute(db)

/**
 * As a step of a statement: a row if the attempt holds the lease. `for update`, so that no other
 * attempt takes it over before the statement ends: what the statement creates and the note of it
 * are then of the same attempt.
 */
export const heldClaim = (operation: Operation): RawBuilder<unknown> =>
  sql`select from idempotency_keys where ${isHeld(operation)} for update`

/** As a step of a statement whose step `made` creates a row: stores its id with the operation. */
export const noteSubject = (operation: Operation): RawBuilder<unknown> =>
  sql`update idempotency_keys set subject_id = made.id from made where ${isHeld(operation)}`
