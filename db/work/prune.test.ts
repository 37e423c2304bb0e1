import { sql } from 'kysely'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { auditLedger } from '../ledger/audit.ts'
import { pruneInbox, pruneJobs, pruneKeys, pruneSagas } from './prune.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const run = (statement: string) => sql.raw(statement).execute(database.db)
const idsOf = async (table: 'order_sagas' | 'orders' | 'reservations') =>
  (
    await sql<{ id: number }>`select order_id as id from ${sql.table(table)} order by 1`.execute(
      database.db,
    )
  ).rows.map(({ id }) => id)

/** Orders 1 to `count` of product 1: completed, their sagas ended 25, 24, 23, … hours ago. */
async function completeOrders(count: number): Promise<void> {
  await run(`
    insert into orders (product_id, quantity, status)
      select 1, 1, 'completed' from generate_series(1, ${count});
    insert into reservations (order_id, product_id, quantity) select id, 1, 1 from orders;
    update inventory_items set reserved = ${count} where product_id = 1;
    insert into order_sagas (order_id, step, lease_holder, lease_token, updated_at)
      select id, 'ended', 0, gen_random_uuid(), now() - make_interval(hours => 26 - id) from orders
  `)
}

test('old ended sagas are deleted, and the ledger balances', async () => {
  await completeOrders(4)
  await run(
    "update order_sagas set updated_at = now() - interval '99 hours', step = 'compensating' " +
      'where order_id = 1',
  )
  await run("update orders set status = 'pending' where id = 1")
  expect(await pruneSagas(database.db, { hours: 23, limit: 10 })).toBe(2)
  expect(await idsOf('order_sagas')).toEqual([1, 4])
  expect(await idsOf('reservations')).toEqual([1, 2, 3, 4])
  expect(await auditLedger(database.db, { pendingLimitSeconds: 1e9 })).toMatchObject({
    balances: true,
    findings: [],
  })
})

test('the audit finds missing stock without a saga', async () => {
  await completeOrders(1)
  await pruneSagas(database.db, { hours: 1, limit: 10 })
  await run(
    'update reservations set compensated_at = now(), given_back = 1; update inventory_items ' +
      'set reserved = 0',
  )
  const { findings } = await auditLedger(database.db, { pendingLimitSeconds: 60 })
  expect(findings.map(({ problem }) => problem)).toContain('completed, but holds no stock')
})

test('old keys are deleted, answered or not', async () => {
  await run(`
    insert into idempotency_keys
      (operation, key, request_hash, lease_holder, lease_token, status, answer, created_at)
    values
      ('/register', 'old', '', 1, gen_random_uuid(), 201, '{}', now() - interval '25 hours'),
      ('/register', 'cut off', '', 1, gen_random_uuid(), null, null, now() - interval '25 hours'),
      ('/register', 'young', '', 1, gen_random_uuid(), 201, '{}', now() - interval '23 hours')
  `)
  expect(await pruneKeys(database.db, { hours: 24, limit: 10 })).toBe(2)
  const left = await database.db.selectFrom('idempotency_keys').select('key').execute()
  expect(left).toEqual([{ key: 'young' }])
})

test('old records of messages are deleted', async () => {
  await run(`
    insert into inbox (consumer, message_id, correlation_id, occurred_at, accepted_at, handled_at)
    select 'order_paid_queue', gen_random_uuid(), hours, now(), now(), now() - make_interval(hours => hours)
    from unnest(array[23, 25, 26]) as hours
  `)
  expect(await pruneInbox(database.db, { hours: 24, limit: 1 })).toBe(1)
  expect(await pruneInbox(database.db, { hours: 24, limit: 9 })).toBe(1)
  const left = await database.db.selectFrom('inbox').select('correlation_id').execute()
  expect(left).toEqual([{ correlation_id: '23' }])
})

test('old jobs are deleted once they have ended', async () => {
  await run(`
    insert into jobs (id, status, accepted_at, completed_at) values
      ('waits', 'queued', now() - interval '99 hours', null),
      ('young', 'completed', now() - interval '99 hours', now() - interval '23 hours'),
      ('failed', 'failed', now() - interval '99 hours', now() - interval '25 hours')
  `)
  expect(await pruneJobs(database.db, { hours: 24, limit: 9 })).toBe(1)
  const left = await database.db.selectFrom('jobs').select('id').orderBy('id').execute()
  expect(left).toEqual([{ id: 'waits' }, { id: 'young' }])
})

test('concurrent prunings delete each row once', async () => {
  await completeOrders(20)
  const counts = await Promise.all(
    Array.from({ length: 8 }, () => pruneSagas(database.db, { hours: 1, limit: 5 })),
  )
  const left = (await idsOf('order_sagas')).length
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20 - left)
})
