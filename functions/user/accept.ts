import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { findUser, insertUser } from '../../db/shop/users.ts'
import { routes } from '../../model/routes.ts'
import type { AcceptBindings } from '../bindings.ts'
import { defineAcceptor } from '../http/define.ts'
import { type IdempotencyVariables, idempotent } from '../http/idempotency.ts'
import { isRefusal, type Refusal, refuse } from '../http/refusal.ts'
import { get, pathId, postOnce } from '../http/route.ts'
import { publish } from '../messaging/event.ts'
import { registration, user } from './contract.ts'
import { userRegistered } from './events.ts'

const register = postOnce(routes.register, {
  operationId: 'register',
  summary: 'Register a user; the welcome e-mail follows',
  body: registration,
  answers: { 202: user.extend({ message: z.string(), event_published: z.literal(true) }) },
  refuses: { 400: 'Email already registered' },
})

const getUser = get('/users/{id}', {
  operationId: 'getUser',
  summary: 'Read a user',
  request: { params: z.object({ id: pathId }) },
  answers: { 200: user },
  refuses: { 404: 'User not found' },
})

type Registered = z.infer<typeof user>

const accepted = (registered: Registered) => ({
  ...registered,
  message: 'User registration accepted',
  event_published: true as const,
})

const taken: Refusal<'taken'> = { refused: 'taken', detail: 'Email already registered' }

/** A registration whose message is stored: its client gets the same answer again. */
async function repeat(
  c: Context<{ Bindings: AcceptBindings<'user'>; Variables: IdempotencyVariables }>,
  id: number,
) {
  const registered = await findUser(c.env.db, id)
  if (registered) return c.json(accepted(registered), 202)
  return refuse(c, { refused: 'conflict', detail: 'The user of this Idempotency-Key is gone' })
}

const fn = defineAcceptor<'user', IdempotencyVariables>()
fn.use(register.path, idempotent({ operation: register.path, resume: repeat }))

/** Scenario 1: a registration that does not wait for its e-mail. */
export default fn
  .openapi(register, async (c) => {
    const { email } = c.req.valid('json')
    const operation = c.get('operation')
    const registered = await c.env.accept(async (db) => {
      const made = await insertUser(db, email, operation)
      if (!made) return { answer: taken }
      const data = { user_id: made.id, email, timestamp: new Date().toISOString() }
      return { answer: made, publish: [publish(userRegistered, data, `user/${made.id}`)] }
    })
    if (isRefusal(registered)) return refuse(c, registered)
    return c.json(accepted(registered), 202)
  })
  .openapi(getUser, async (c) => {
    const found = await findUser(c.env.db, c.req.valid('param').id)
    if (!found) return refuse(c, { refused: 'unknown', detail: 'User not found' })
    return c.json(found, 200)
  })
