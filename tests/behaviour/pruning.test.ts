import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { createTestDatabase } from '../database.ts'
import { nowhere, post, runReady, sample } from './services.ts'

test('deletes and counts expired keys and ended sagas', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const { db } = database
  await sql`
    insert into order_sagas (order_id, step, lease_holder, lease_token, updated_at)
    select id, 'ended', 0, gen_random_uuid(), now() - interval '3 hours'
    from generate_series(1, 1200) as id
  `.execute(db)
  await sql`
    insert into idempotency_keys
      (operation, key, request_hash, lease_holder, status, answer, created_at)
    select '/register', id::text, '', 1, 201, '{}', now() - interval '3 hours'
    from generate_series(1, 700) as id
  `.execute(db)
  const user = await runReady('user', {
    DATABASE_URL: database.url,
    EMAIL_SERVICE_URL: nowhere,
    RETENTION_HOURS: '2',
  })
  const pruned = (table: string) => sample(user, metrics.prunedRows.name, { table })
  await expect.poll(() => pruned('order_sagas')).toBe(1200)
  expect(await pruned('idempotency_keys')).toBe(700)
  expect(await db.selectFrom('order_sagas').selectAll().execute()).toEqual([])
  const init = { headers: { 'idempotency-key': 'new' } }
  expect((await post(user, '/register', { email: 'ada@example.com' }, init)).status).toBe(201)
})
