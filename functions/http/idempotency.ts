import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { Context, Next } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Db } from '../../db/schema.ts'
import {
  type Claim,
  claimOperation,
  keepAnswer,
  type Operation,
  releaseOperation,
} from '../../db/work/idempotency.ts'
import { LeaseLostError } from '../../db/work/leases.ts'
import type { SettingsOf } from '../../model/settings.ts'
import type { Resources } from '../bindings.ts'
import { HttpError } from './refusal.ts'

/** Bindings for idempotent operations. */
export type IdempotencyBindings = Pick<Resources, 'db' | 'leases'> &
  Pick<SettingsOf<'user'>, 'RETENTION_HOURS'>

export type IdempotencyVariables = { operation?: Operation }

type Env<Bindings> = { Bindings: Bindings; Variables: IdempotencyVariables }

export type IdempotencyOptions<Bindings extends IdempotencyBindings> = {
  /** The route: the same key on two routes names two operations. */
  operation: string
  /**
   * The answer to an operation that was interrupted after it had created a user or an order;
   * `undefined` if it certainly had no effect, so that the operation runs again.
   */
  resume: (c: Context<Env<Bindings>>, subject_id: number) => Promise<Response | undefined>
}

// Designed outcomes. Another outcome may differ when the operation is tried again.
const kept = [200, 201, 202, 400]

const invalid = (c: Context, msg: string, type: string) =>
  c.json({ detail: [{ loc: ['header', 'idempotency-key'], msg, type }] }, 422)

const inFlight = () => new HttpError(409, 'A request with this Idempotency-Key is in flight')

/**
 * Answers a request with an `Idempotency-Key` once: the same key and body get the stored answer,
 * another body 422, and a request while the first is in flight 409.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotent = <Bindings extends IdempotencyBindings>({
  operation,
  resume,
}: IdempotencyOptions<Bindings>) =>
  createMiddleware<Env<Bindings>>(async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return next()
    if (!keyPattern.test(key)) return invalid(c, keyRule, 'invalid_format')
    return c.env.leases.hold((lease) => runOnce(c, next, { operation, key, lease }, resume))
  })

/** One attempt at an operation, under its lease. */
async function runOnce<Bindings extends IdempotencyBindings>(
  c: Context<Env<Bindings>>,
  next: Next,
  attempt: Operation,
  resume: IdempotencyOptions<Bindings>['resume'],
): Promise<Response | undefined> {
  const { db, RETENTION_HOURS: keptHours } = c.env
  const request_hash = createHash('sha256')
    .update(await c.req.text())
    .digest('hex')
  try {
    const claim = await claimOperation(db, attempt, { request_hash, keptHours })
    if (claim.state !== 'claimed') return repeat(c, claim)
    const resumed = claim.subject_id === null ? undefined : await resume(c, claim.subject_id)
    if (resumed) c.res = resumed
    else await carryOut(c, attempt, next)
    await settle(db, attempt, c.res)
    return undefined
  } catch (error) {
    await release(db, attempt)
    throw error
  }
}

async function carryOut(c: Context, attempt: Operation, next: Next): Promise<void> {
  c.set('operation', attempt)
  await next()
  if (c.error instanceof LeaseLostError) throw inFlight()
}

/** The answer to a request whose operation does not run. */
function repeat(c: Context, claim: Exclude<Claim, { state: 'claimed' }>): Response {
  if (claim.state === 'in_flight') throw inFlight()
  if (claim.state === 'other_request')
    return invalid(c, 'was used with another request before', 'idempotency_key_reused')
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Replayed': 'true' }
  return c.body(claim.answer, claim.status as 200, headers)
}

/** Stores a designed outcome; releases the key after another one. */
async function settle(db: Db, attempt: Operation, answer: Response): Promise<void> {
  const { status } = answer
  if (!kept.includes(status)) return release(db, attempt)
  const isKept = await keepAnswer(db, attempt, { status, answer: await answer.clone().text() })
  if (!isKept) throw inFlight()
}

/** If this fails as well, the lease expires by itself. */
const release = async (db: Db, attempt: Operation): Promise<void> => {
  await releaseOperation(db, attempt).catch(() => {})
}

/** The value of an `Idempotency-Key` header. */
const keyPattern = /^[\x21-\x7e]{1,255}$/
const keyRule = 'must be 1 to 255 visible ASCII characters'

export const idempotencyKey = z.string().regex(keyPattern, keyRule)
