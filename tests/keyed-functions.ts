import { Hono } from 'hono'
import { claimOperation } from '../db/work/idempotency.ts'
import { createLeases } from '../db/work/leases.ts'
import email from '../functions/email/app.ts'
import inventory from '../functions/inventory/app.ts'
import order from '../functions/order/app.ts'
import payment from '../functions/payment/app.ts'
import user from '../functions/user/app.ts'
import { onError } from '../runtime/http/errors.ts'
import { createTestDatabase } from './database.ts'
import { inProcess, postJson } from './in-process.ts'
import { expiredLease, untilLeasesExpire } from './leases.ts'

const keyed = (key: string, body: unknown): RequestInit => {
  const init = postJson(body)
  return {
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'idempotency-key': key },
  }
}

const hashOf = async (body: unknown) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(body)))).toString(
    'hex',
  )

// The host turns refusals into responses.
const users = new Hono().route('/', user)
users.onError(onError)
const orders = new Hono().route('/', order)
orders.onError(onError)

/** The functions that take an `Idempotency-Key`, in this process, with a database of their own. */
export async function createKeyedFunctions() {
  const database = await createTestDatabase()
  const { db } = database
  const leases = createLeases({ db })
  await untilLeasesExpire(db)
  const bindings = {
    db,
    leases,
    RETENTION_HOURS: 24,
    PAYMENT_OUTCOME: 'succeed' as const,
    email: inProcess(email, { EMAIL_DELAY_MS: 1 }),
    payment: inProcess(payment, { PAYMENT_DELAY_MS: 1 }),
    inventory: inProcess(inventory, { db }),
  }
  return {
    db,
    register: async (key: string, address: string) =>
      users.request('/register', keyed(key, { email: address }), bindings),
    create: async (key: string, body: unknown, others: object = {}) =>
      orders.request('/create_order', keyed(key, body), { ...bindings, ...others }),
    /** An attempt at an operation that does not end. */
    async attempt(operation: string, key: string, body: unknown, lease = expiredLease()) {
      const named = { operation, key, lease }
      await claimOperation(db, named, { request_hash: await hashOf(body), keptHours: 24 })
      return named
    },
    async close() {
      leases.close()
      await database.drop()
    },
  }
}
