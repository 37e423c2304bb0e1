import { Hono } from 'hono'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLeases } from '../../db/work/leases.ts'
import { onError } from '../../runtime/http/errors.ts'
import { createRequestLog } from '../../runtime/telemetry/request-log.ts'
import type { RequestVariables } from '../../runtime/telemetry/spans.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess, postJson } from '../../tests/in-process.ts'
import { sendWelcomeEmail } from '../email/contract.ts'
import inventory from '../inventory/app.ts'
import order from '../order/app.ts'
import product from '../product/app.ts'
import user from '../user/app.ts'
import { call, failureOf } from './call.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A function in its host, and the log of the host. */
function hosted(fn: typeof user | typeof product | typeof order) {
  const lines: string[] = []
  const logger = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const log = createRequestLog({ logger })
  const app = new Hono<{ Variables: RequestVariables }>()
  app.use(async (c, next) => {
    await next()
    log.answered(c, { handler: c.req.path, ms: 0 })
  })
  app.route('/', fn as never)
  app.onError(onError)
  return { app, logged: () => lines.map((line) => JSON.parse(line)) }
}

const broken = () => {
  throw new TypeError('the client is broken')
}

const scenarios = {
  user: [user, '/register', { email: 'ada@example.com' }],
  product: [product, '/products/1', { stock: 1 }],
  order: [order, '/create_order', { product_id: 1 }],
} as const

const callees = ['email', 'search', 'cache', 'analytics', 'payment', 'inventory']
const bind = (client: unknown) => Object.fromEntries(callees.map((callee) => [callee, client]))

describe.each(['user', 'product', 'order'] as const)('%s', (name) => {
  test.each([
    ['is missing', undefined, 'service is not a function'],
    ['throws a TypeError', broken, 'the client is broken'],
  ])('answers 500 and logs the cause if a client %s', async (_, client, message) => {
    const [fn, path, body] = scenarios[name]
    const { app, logged } = hosted(fn)
    const method = name === 'product' ? 'PUT' : 'POST'
    const env = { db: database.db, leases: createLeases({ db: database.db }), ...bind(client) }
    const response = await app.request(path, { ...postJson(body), method }, env)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ detail: 'Internal Server Error' })
    expect(logged()).toMatchObject([{ err: { type: 'TypeError', message } }])
    await database.db.deleteFrom('users').execute()
  })
})

test('an order whose payment client throws answers 500', async () => {
  const { app, logged } = hosted(order)
  const env = {
    db: database.db,
    leases: createLeases({ db: database.db }),
    inventory: inProcess(inventory, { db: database.db }),
    payment: broken,
  }
  const response = await app.request('/create_order', postJson({ product_id: 1 }), env)
  expect(response.status).toBe(500)
  expect(logged()).toMatchObject([{ err: { message: 'the client is broken' } }])
})

test('a failed call is a CallError, a fault is thrown as it is', async () => {
  const away = inProcess(new Hono() as never, {})
  const send = (service: typeof away) =>
    failureOf(call(service, sendWelcomeEmail, { email: 'ada@example.com' }))
  expect(await send(away)).toMatchObject({ name: 'CallError', status: 404 })
  await expect(send(broken as never)).rejects.toThrow(TypeError)
})
