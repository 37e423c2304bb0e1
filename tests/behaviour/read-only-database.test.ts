import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, runAs } from '../database.ts'
import { at, nowhere, post, runReady } from './services.ts'

test('a read-only database makes writes and readiness 503', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const name = new URL(database.url).pathname.slice(1)
  // From another database: this one will accept no changes.
  const server = Object.assign(new URL(database.adminUrl), { pathname: 'postgres' }).href
  const DATABASE_URL = database.url
  const inventory = await runReady('inventory', { DATABASE_URL })
  const order = await runReady('order', {
    DATABASE_URL,
    ...at(inventory),
    PAYMENT_SERVICE_URL: nowhere,
  })
  const reserve = () => post(inventory, '/reserve_stock', { product_id: 1 })
  const place = () => post(order, '/create_order', { product_id: 1 })
  const ready = async () =>
    Promise.all(
      [inventory, order].map(async ({ url }) => {
        const response = await fetch(`${url}/ready`)
        return [response.status, ((await response.json()) as { detail?: string[] }).detail]
      }),
    )
  expect((await reserve()).status).toBe(200)

  // Like a failover: sessions are terminated, and new ones reach a server that rejects writes.
  await runAs(server, `alter database ${name} set default_transaction_read_only = on`)
  await runAs(
    server,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and ` +
      'pid <> pg_backend_pid()',
  )
  const readOnly = [503, ['database: read-only']]
  await expect.poll(ready).toEqual([readOnly, readOnly])
  for (const { status, headers, body } of [await reserve(), await place()]) {
    expect(status).toBe(503)
    expect(body).toEqual({
      detail: 'Database unavailable, try again later',
      code: 'database_unavailable',
    })
    expect(headers.get('retry-after')).toBe('1')
  }
  expect((await fetch(`${inventory.url}/inventory`)).status).toBe(200)

  await runAs(server, `alter database ${name} set default_transaction_read_only = off`)
  await expect.poll(ready).toEqual([
    [200, undefined],
    [200, undefined],
  ])
  expect((await reserve()).status).toBe(200)
  expect((await place()).status).toBe(400)
})
