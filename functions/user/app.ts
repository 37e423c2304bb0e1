import type { $Fetch } from 'ofetch'
import type { Db } from '../../db/schema.ts'
import { countUsers, insertUser, listUsers } from '../../db/users.ts'
import { call } from '../call.ts'
import { defineFunction } from '../define.ts'
import { sendWelcomeEmail } from '../email/contract.ts'
import { Refusal } from '../refusal.ts'
import { getUsers, register } from './contract.ts'

type Bindings = { db: Db; email: $Fetch }

/** Scenario 1, caller: a registration that waits for an e-mail. */
export default defineFunction<Bindings>()
  .openapi(register, async (c) => {
    const { email } = c.req.valid('json')
    const user = await insertUser(c.env.db, email)
    if (!user) throw new Refusal(400, 'Email already registered')
    const warnings: string[] = []
    // The registration stands whether or not the e-mail goes out; the waiting is the point of this scenario.
    await call(c.env.email, sendWelcomeEmail, { email, user_id: user.id }, c.req.raw.signal).catch((error: Error) =>
      warnings.push(`email ${error.message}`),
    )
    const answer = { ...user, message: 'User registered successfully', timestamp: new Date().toISOString() }
    return c.json(warnings.length > 0 ? { ...answer, warnings } : answer, 201)
  })
  .openapi(getUsers, async (c) => {
    const page = c.req.valid('query')
    return c.json({ users: await listUsers(c.env.db, page), count: await countUsers(c.env.db) }, 200)
  })
