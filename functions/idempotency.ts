import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { claimOperation, giveUpOperation, keepAnswer, type OperationKey } from '../db/idempotency.ts'
import type { Db } from '../db/schema.ts'
import { Refusal } from './refusal.ts'

/** What a function needs to answer an operation once, whoever asks how often. */
export type IdempotencyBindings = {
  db: Db
  /** This instance, as others know it. */
  instance: number
}

export type IdempotencyVariables = { operation?: OperationKey }

export type IdempotencyOptions<Bindings extends IdempotencyBindings> = {
  /** The route, as keys of different routes have nothing to do with each other. */
  operation: string
  /** The answer to an operation that was cut off after it had made something: a user, an order. */
  resume: (c: Context<{ Bindings: Bindings; Variables: IdempotencyVariables }>, subject_id: number) => Promise<Response>
}

const shape = /^[\x21-\x7e]{1,255}$/
// Designed outcomes. Anything else may come out differently when it is tried again.
const kept = [200, 201, 400]

const invalid = (c: Context, msg: string, type: string) =>
  c.json({ detail: [{ loc: ['header', 'idempotency-key'], msg, type }] }, 422)

/**
 * Answers a request with an `Idempotency-Key` once: the same key and body get the answer that is on record, another body 422,
 * and while the first is in flight 409. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotent = <Bindings extends IdempotencyBindings>({ operation, resume }: IdempotencyOptions<Bindings>) =>
  createMiddleware<{ Bindings: Bindings; Variables: IdempotencyVariables }>(async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined) return next()
    if (!shape.test(key)) return invalid(c, 'must be 1 to 255 visible ASCII characters', 'invalid_format')
    const { db, instance: owner } = c.env
    const named = { operation, key }
    const request_hash = createHash('sha256')
      .update(await c.req.text())
      .digest('hex')
    const claim = await claimOperation(db, named, { request_hash, owner })
    if (claim.state === 'other_request')
      return invalid(c, 'was used with another request before', 'idempotency_key_reused')
    if (claim.state === 'in_flight') throw new Refusal(409, 'A request with this Idempotency-Key is in flight')
    if (claim.state === 'answered')
      return c.json(claim.answer as object, claim.status as 200, { 'Idempotency-Replayed': 'true' })
    if (claim.subject_id === null) {
      c.set('operation', named)
      await next()
    } else {
      c.res = await resume(c, claim.subject_id).catch(async (error: Error) => {
        await giveUpOperation(db, named)
        throw error
      })
    }
    const { status } = c.res
    if (kept.includes(status)) await keepAnswer(db, named, { status, answer: await c.res.clone().json() })
    else await giveUpOperation(db, named)
  })
