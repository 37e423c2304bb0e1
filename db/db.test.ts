import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../tests/database.ts'
import { liveLease } from '../tests/leases.ts'
import { connect } from './connection/connect.ts'
import { DatabaseUnavailableError, isUnavailable } from './connection/unavailable.ts'
import { reserveStock } from './ledger/reservations.ts'
import { migrateToLatest, migrations } from './migrate.ts'
import { expectedTables } from './schema.ts'
import { resetToSeed } from './seed.ts'
import { listProducts, updateProduct } from './shop/products.ts'
import { insertUser } from './shop/users.ts'
import { insertJob } from './work/jobs.ts'
import { beginSaga } from './work/sagas.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('the newest schema is not migrated again', async () => {
  expect(await migrateToLatest(database.db)).toEqual([])
})

test('a reset restores the seed and restarts the ids', async () => {
  const { db } = database
  await insertUser(db, 'ada@example.com')
  await beginSaga(db, { product_id: 1, quantity: 1, lease: liveLease() })
  await reserveStock(db, { product_id: 9, quantity: 9, order_id: 1 })
  await updateProduct(db, 1, { name: 'Tablet' })
  await insertJob(db, 'job_1')
  await resetToSeed(db)
  expect(await listProducts(db, { limit: 10, after: 0 })).toEqual([
    { id: 1, name: 'Laptop', stock: 50 },
    { id: 2, name: 'Mouse', stock: 100 },
    { id: 3, name: 'Keyboard', stock: 75 },
  ])
  expect(
    await db.selectFrom('inventory_items').selectAll().orderBy('product_id').execute(),
  ).toEqual([1, 2, 3].map((product_id) => ({ product_id, reserved: 0 })))
  for (const table of [
    'orders',
    'order_sagas',
    'reservations',
    'idempotency_keys',
    'jobs',
  ] as const)
    expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
  expect(await insertUser(db, 'ada@example.com')).toEqual({ id: 1, email: 'ada@example.com' })
})

test('a reset gives way to a transaction that reads its tables', async () => {
  const { db, drop } = await createTestDatabase()
  onTestFinished(drop)
  const names = Object.keys(expectedTables)
  const reader = await db.startTransaction().execute()
  const read = (name = '') => sql`select from ${sql.table(name)}`.execute(reader)
  await read(names.at(-1))
  const reset = resetToSeed(db)
  const waiting = () => sql`select from pg_locks where not granted`.execute(db)
  await expect.poll(async () => (await waiting()).rows.length).toBeGreaterThan(0)
  await read(names[0])
  await reader.commit().execute()
  await reset
  expect(await listProducts(db, { limit: 10, after: 0 })).toHaveLength(3)
})

test('a reset knows the columns of later migrations', async () => {
  const { db, drop } = await createTestDatabase()
  onTestFinished(drop)
  const up = async (to: typeof db) => {
    await sql`alter table products add column sku varchar`.execute(to)
    await sql`update products set sku = 'P' || id`.execute(to)
    await sql`alter table products alter column sku set not null`.execute(to)
  }
  await up(db)
  const added: object = migrations
  Object.assign(added, { '9999-sku': async () => ({ up }) })
  onTestFinished(() => void Reflect.deleteProperty(added, '9999-sku'))
  await resetToSeed(db)
  const { rows } = await sql`select sku from products order by id`.execute(db)
  expect(rows).toEqual([{ sku: 'P1' }, { sku: 'P2' }, { sku: 'P3' }])
})

test('an unreachable server is unavailable, a wrong query is not', async () => {
  const away = connect({ url: 'postgresql://nobody@127.0.0.1:1/nowhere', timeoutMs: 500 })
  const error = await insertUser(away.db, 'ada@example.com').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DatabaseUnavailableError)
  expect(isUnavailable(error)).toBe(true)
  await away.close()
  const wrong = await database.db.schema
    .dropTable('nothing')
    .execute()
    .catch((thrown: unknown) => thrown)
  expect(wrong).toBeInstanceOf(Error)
  expect(isUnavailable(wrong)).toBe(false)
})

test('a query that waits too long for a lock is cancelled', async () => {
  const hasty = connect({ url: database.url, statementTimeoutMs: 50 })
  await database.db.transaction().execute(async (transaction) => {
    await updateProduct(transaction, 1, { stock: 1 })
    const error = await updateProduct(hasty.db, 1, { stock: 2 }).catch((thrown: unknown) => thrown)
    expect(isUnavailable(error)).toBe(true)
  })
  await hasty.close()
})

test('a connection that breaks while acquired is replaced', async () => {
  const lost: Error[] = []
  const fragile = connect({ url: database.url, max: 1, onLost: (error) => lost.push(error) })
  await fragile.db.connection().execute(async (held) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(held)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db)
    await expect.poll(() => lost.length).toBeGreaterThan(0)
  })
  expect(await listProducts(fragile.db, { limit: 1, after: 0 })).toHaveLength(1)
  await fragile.close()
})

test('a pool at rest keeps one connection open', async () => {
  const { pool, close } = connect({ url: database.url, idleTimeoutMs: 10 })
  onTestFinished(close)
  let closed = 0
  pool.on('remove', () => closed++)
  const clients = await Promise.all([1, 2, 3].map(() => pool.connect()))
  for (const client of clients) client.release()
  await expect.poll(() => closed).toBeGreaterThanOrEqual(2)
  expect(pool.totalCount).toBe(1)
})

test('a session prepares its statements, and outlives a new column', async () => {
  const { db, close } = connect({ url: database.url, max: 1, keepPlans: true })
  onTestFinished(close)
  const products = () => listProducts(db, { limit: 1, after: 0 })
  const before = await products()
  await products()
  const { rows } = await sql<{ uses: string }>`
    select generic_plans + custom_plans as uses from pg_prepared_statements
    where statement like '%"products"%'
  `.execute(db)
  expect(rows).toEqual([{ uses: '2' }])
  await database.db.schema.alterTable('products').addColumn('colour', 'text').execute()
  expect(await products()).toEqual(before)
  await database.db.schema.alterTable('products').dropColumn('colour').execute()
})
