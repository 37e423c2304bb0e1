/** The floor of scenario 1: a registration and its e-mail. */
import { setTimeout as delay } from 'node:timers/promises'
import type { User } from '../../db/schema.ts'
import { sendWelcomeEmail } from '../../functions/email/contract.ts'
import { register } from '../../functions/user/contract.ts'
import { callerOf } from './call.ts'
import { bodyOf } from './contract-schemas.ts'
import { openPool, prepare } from './pool.ts'
import { route } from './serve.ts'

const emailDelayMs = Number(process.env.EMAIL_DELAY_MS ?? 0)

export const email = () => [
  route({
    method: 'POST',
    path: sendWelcomeEmail.path,
    schema: bodyOf(sendWelcomeEmail),
    async answer({ email }) {
      if (emailDelayMs > 0) await delay(emailDelayMs)
      const body = { message: 'Email sent', email, timestamp: new Date().toISOString() }
      return { status: 200, body }
    },
  }),
]

// As db/shop/users.ts writes it.
const insertUser = `
  insert into users (email) values ($1) on conflict (email) do nothing returning id, email
`

export function user() {
  const insert = prepare<User>(openPool(), 'insert_user', insertUser)
  const send = callerOf('email', sendWelcomeEmail)
  return [
    route({
      method: 'POST',
      path: register.path,
      schema: bodyOf(register),
      async answer({ email }, { entry }) {
        const [user] = await insert(email)
        if (!user) return { status: 400, body: { detail: 'Email already registered' } }
        const { status } = await send({ email: user.email, user_id: user.id }, entry)
        const timestamp = new Date().toISOString()
        const body = { ...user, message: 'User registered successfully', timestamp }
        if (status === 200) return { status: 201, body }
        return { status: 201, body: { ...body, warnings: [`email answered ${status}`] } }
      },
    }),
  ]
}
