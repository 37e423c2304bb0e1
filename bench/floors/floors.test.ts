import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { scenarioOf } from '../../model/scenarios.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type Server, startFloors } from './start.ts'

let database: TestDatabase
let orders: Server[]
let analytics: Server
let search: Server
let logFolder: string
beforeAll(async () => {
  database = await createTestDatabase()
  logFolder = await mkdtemp(join(tmpdir(), 'lockstep-floors-'))
  const options = { environment: { DATABASE_URL: database.url }, cores: [], logFolder }
  orders = await startFloors('order', options)
  ;[analytics] = await startFloors('analytics', options)
  ;[search] = await startFloors('search', options)
})
afterAll(async () => {
  await Promise.all([...orders, analytics, search].map(({ close }) => close()))
  await database.drop()
  await rm(logFolder, { recursive: true })
})

const post = (server: Server | undefined, path: string, body: unknown) =>
  fetch(`${server?.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test.each([5, 6])('the floor plays scenario %d', async (number) => {
  const scenario = scenarioOf(number)
  const { path, body } = scenario.request({ unique: 'floor', count: 0 })
  const answer = await post(number === 5 ? orders[0] : analytics, path, body)
  expect(answer.status).toBe(scenario.status)
})

test('the floor acknowledges the call of a hop', async () => {
  const answer = await post(search, '/reindex', { product_id: 1 })
  expect(await answer.json()).toMatchObject({ status: 'ok', product_id: 1 })
})

test('the floor gives the stock of a failed order back', async () => {
  const before = await database.db.selectFrom('orders').select('id').execute()
  const answer = await post(orders[0], '/create_order', { product_id: 1, quantity: 3 })
  expect(await answer.json()).toMatchObject({ detail: { compensation_executed: true } })
  const all = await database.db.selectFrom('orders').selectAll().execute()
  expect(all).toHaveLength(before.length + 1)
  expect(all.every(({ status }) => status === 'failed')).toBe(true)
  const items = await database.db.selectFrom('inventory_items').selectAll().execute()
  expect(items.every(({ reserved }) => reserved === 0)).toBe(true)
})

test('the floor validates as the contract does', async () => {
  const answer = await post(analytics, '/track_click', { user_id: 'x', page: '' })
  expect(answer.status).toBe(422)
})

test('the floor counts requests under the same labels', async () => {
  await post(analytics, '/track_click', { user_id: 1, page: '/' })
  const metrics = await (await fetch(`${analytics.url}/metrics`)).text()
  expect(metrics).toMatch(
    /http_requests_total{method="POST",status="200",ok="true",route="\/track_click",handler="\/track_click"} \d/,
  )
  expect(metrics).toContain('http_request_duration_seconds_bucket{le="0.505"')
})

const logOf = async (name: string) => {
  const lines = (await readFile(join(logFolder, `${name}-floor.log`), 'utf8')).trim().split('\n')
  return lines.map((line) => JSON.parse(line || '{}'))
}

test('a request of the floor and its calls log one id', async () => {
  await post(orders[0], '/create_order', { product_id: 1 })
  await vi.waitFor(async () => {
    const [call] = (await logOf('payment')).slice(-1)
    const [request] = (await logOf('order')).slice(-1)
    expect(request).toMatchObject({ status: 400, request_id: call.request_id })
    expect(request.hops_ms.payment).toBeGreaterThan(0)
    expect(request.request_id).toMatch(/^[\w-]{36}$/)
  })
})

test('the floor logs no click', async () => {
  await post(analytics, '/track_click', { user_id: 1, page: '/' })
  expect(await logOf('analytics')).toEqual([{}])
})
