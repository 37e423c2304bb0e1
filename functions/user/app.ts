import type { Context } from 'hono'
import type { User } from '../../db/schema.ts'
import { countUsers, findUser, insertUser, listUsers } from '../../db/shop/users.ts'
import { warningOf } from '../../model/unavailable.ts'
import type { Bindings } from '../bindings.ts'
import { sendWelcomeEmail } from '../email/contract.ts'
import { call, failureOf } from '../http/call.ts'
import { defineFunction } from '../http/define.ts'
import { type IdempotencyVariables, idempotent } from '../http/idempotency.ts'
import { refuse } from '../http/refusal.ts'
import { getUsers, register } from './contract.ts'

/**
 * Sends the e-mail and waits for it, which is the point of this scenario. The registration succeeds
 * even if that fails.
 * @throws CallError if the client disconnects, so that no answer is stored and the next attempt
 *   sends the e-mail
 */
async function welcome({ email: service }: Bindings<'user'>, user: User, signal: AbortSignal) {
  const body = { email: user.email, user_id: user.id }
  const failure = await failureOf(call(service, sendWelcomeEmail, body, signal))
  if (failure?.abandoned) throw failure
  const answer = {
    ...user,
    message: 'User registered successfully',
    timestamp: new Date().toISOString(),
  }
  return failure ? { ...answer, warnings: [warningOf('email', failure.message)] } : answer
}

/**
 * Finishes a registration that was interrupted after its user had been created. The e-mail may be
 * sent twice.
 */
async function finishRegistration(
  c: Context<{ Bindings: Bindings<'user'>; Variables: IdempotencyVariables }>,
  id: number,
) {
  const user = await findUser(c.env.db, id)
  if (!user)
    return refuse(c, { refused: 'conflict', detail: 'The user of this Idempotency-Key is gone' })
  return c.json(await welcome(c.env, user, c.req.raw.signal), 201)
}

const fn = defineFunction<'user', IdempotencyVariables>()
fn.use(register.path, idempotent({ operation: register.path, resume: finishRegistration }))

/** Scenario 1, caller: a registration that waits for an e-mail. */
export default fn
  .openapi(register, async (c) => {
    const user = await insertUser(c.env.db, c.req.valid('json').email, c.get('operation'))
    if (!user) return refuse(c, { refused: 'taken', detail: 'Email already registered' })
    return c.json(await welcome(c.env, user, c.req.raw.signal), 201)
  })
  .openapi(getUsers, async (c) => {
    const page = c.req.valid('query')
    return c.json(
      { users: await listUsers(c.env.db, page), count: await countUsers(c.env.db) },
      200,
    )
  })
