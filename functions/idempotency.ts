import { createHash, randomUUID } from 'node:crypto'
import type { Context, Next } from 'hono'
import { createMiddleware } from 'hono/factory'
import {
  type Claim,
  claimOperation,
  giveUpOperation,
  keepAnswer,
  type Operation,
} from '../db/idempotency.ts'
import { LeaseLostError } from '../db/leases.ts'
import type { Db } from '../db/schema.ts'
import type { SettingsOf } from '../model/settings.ts'
import type { Resources } from './bindings.ts'
import { keyPattern, keyRule } from './idempotency-key.ts'
import { Refusal } from './refusal.ts'

/** Bindings for idempotent operations. */
export type IdempotencyBindings = Pick<Resources, 'db' | 'instance' | 'inFlight'> &
  Pick<SettingsOf<'user'>, 'RETENTION_HOURS'>

export type IdempotencyVariables = { operation?: Operation }

type KeyedContext<Bindings extends IdempotencyBindings> = Context<{
  Bindings: Bindings
  Variables: IdempotencyVariables
}>

export type IdempotencyOptions<Bindings extends IdempotencyBindings> = {
  /** The route, as keys of different routes have nothing to do with each other. */
  operation: string
  /**
   * The answer to an operation that was cut off after it had made something: a user, an order. `undefined` where nothing came of
   * that for sure, so that the operation is to be carried out anew.
   */
  resume: (c: KeyedContext<Bindings>, subject_id: number) => Promise<Response | undefined>
}

// Designed outcomes. Anything else may come out differently when it is tried again.
const kept = [200, 201, 400]

const invalid = (c: Context, msg: string, type: string) =>
  c.json({ detail: [{ loc: ['header', 'idempotency-key'], msg, type }] }, 422)

const inFlightElsewhere = () => new Refusal(409, 'A request with this Idempotency-Key is in flight')

/**
 * Answers a request with an `Idempotency-Key` once: the same key and body get the answer that is on record, another body 422,
 * and while the first is in flight 409. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotent = <Bindings extends IdempotencyBindings>({
  operation,
  resume,
}: IdempotencyOptions<Bindings>) =>
  createMiddleware<{ Bindings: Bindings; Variables: IdempotencyVariables }>(async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return next()
    if (!keyPattern.test(key)) return invalid(c, keyRule, 'invalid_format')
    const { db, instance: owner, inFlight, RETENTION_HOURS: keptHours } = c.env
    const attempt: Operation = { operation, key, token: randomUUID() }
    const request_hash = createHash('sha256')
      .update(await c.req.text())
      .digest('hex')
    inFlight.add(attempt.token)
    try {
      const claim = await claimOperation(db, attempt, { request_hash, owner, inFlight, keptHours })
      if (claim.state !== 'claimed') return repeat(c, claim)
      const resumed = claim.subject_id === null ? undefined : await resume(c, claim.subject_id)
      if (resumed) c.res = resumed
      else await carryOut(c, attempt, next)
      await settle(db, attempt, c.res)
    } catch (error) {
      await giveUp(db, attempt)
      throw error
    } finally {
      inFlight.delete(attempt.token)
    }
  })

async function carryOut(c: Context, attempt: Operation, next: Next): Promise<void> {
  c.set('operation', attempt)
  await next()
  if (c.error instanceof LeaseLostError) throw inFlightElsewhere()
}

/** The answer to a request whose operation is not to be carried out. */
function repeat(c: Context, claim: Exclude<Claim, { state: 'claimed' }>): Response {
  if (claim.state === 'in_flight') throw inFlightElsewhere()
  if (claim.state === 'other_request')
    return invalid(c, 'was used with another request before', 'idempotency_key_reused')
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Replayed': 'true' }
  return c.body(claim.answer, claim.status as 200, headers)
}

/** Keeps a designed outcome; what may come out differently is given up. */
async function settle(db: Db, attempt: Operation, answer: Response): Promise<void> {
  const { status } = answer
  if (!kept.includes(status)) return giveUp(db, attempt)
  const isKept = await keepAnswer(db, attempt, { status, answer: await answer.clone().text() })
  if (!isKept) throw inFlightElsewhere()
}

/** Where this fails, too, the next attempt at this instance sees that nobody works on it any more. */
const giveUp = (db: Db, attempt: Operation): Promise<void> =>
  giveUpOperation(db, attempt).then(
    () => {},
    () => {},
  )
