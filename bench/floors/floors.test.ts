import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenarios } from '../../model/scenarios.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type Floors, startFloors } from '../sides/floors.ts'

let database: TestDatabase
let floors: Floors
beforeAll(async () => {
  database = await createTestDatabase()
  floors = await startFloors({
    functions: functionNames,
    databaseUrl: database.url,
    environment: { REPORT_CPU_SECONDS: '0.01' },
    cores: [],
  })
})
afterAll(async () => {
  await floors.close()
  await database.drop()
})

const urlOf = (name: FunctionName) => floors.servers.get(name)?.url ?? ''

const send = (url: string, method: string, body: unknown) =>
  fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test.each(scenarios)('the floor plays scenario $number', async (scenario) => {
  const { path, body } = scenario.request({ unique: 'floor', count: 0 })
  const answer = await send(urlOf(scenario.function) + path, scenario.method, body)
  expect(answer.status).toBe(scenario.status)
  expect(await answer.json()).not.toHaveProperty('warnings')
})

test('the floor gives the stock of a failed order back', async () => {
  const before = await database.db.selectFrom('orders').select('id').execute()
  const body = { product_id: 1, quantity: 3 }
  const answer = await send(`${urlOf('order')}/create_order`, 'POST', body)
  expect(await answer.json()).toMatchObject({ detail: { compensation_executed: true } })
  const orders = await database.db.selectFrom('orders').selectAll().execute()
  expect(orders).toHaveLength(before.length + 1)
  expect(orders.every(({ status }) => status === 'failed')).toBe(true)
  const items = await database.db.selectFrom('inventory_items').selectAll().execute()
  expect(items.every(({ reserved }) => reserved === 0)).toBe(true)
})

test('the floor validates as the contract does', async () => {
  const answer = await send(`${urlOf('analytics')}/track_click`, 'POST', { user_id: 'x', page: '' })
  expect(answer.status).toBe(422)
})

test('the floor counts requests under the same labels', async () => {
  await send(`${urlOf('analytics')}/track_click`, 'POST', { user_id: 1, page: '/' })
  const metrics = await (await fetch(`${urlOf('analytics')}/metrics`)).text()
  expect(metrics).toMatch(
    /http_requests_total{method="POST",status="200",ok="true",route="\/track_click",handler="\/track_click"} \d/,
  )
  expect(metrics).toContain('http_request_duration_seconds_bucket{le="0.505"')
})
