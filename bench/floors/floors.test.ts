import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { scenarios } from '../../model/scenarios.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type Floors, startFloors } from '../sides/floors.ts'

let database: TestDatabase
let floors: Floors
let logFolder: string
beforeAll(async () => {
  database = await createTestDatabase()
  logFolder = await mkdtemp(join(tmpdir(), 'lockstep-floors-'))
  floors = await startFloors({
    functions: functionNames,
    databaseUrl: database.url,
    environment: { REPORT_CPU_SECONDS: '0.01' },
    cores: [],
    logFolder,
  })
})
afterAll(async () => {
  await floors.close()
  await database.drop()
  await rm(logFolder, { recursive: true })
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

const logOf = async (name: FunctionName) => {
  const lines = (await readFile(join(logFolder, `${name}-floor.log`), 'utf8')).trim().split('\n')
  return lines.map((line) => JSON.parse(line || '{}'))
}

test('a request of the floor and its calls log one id', async () => {
  await send(`${urlOf('user')}/register`, 'POST', { email: 'log@example.com' })
  await vi.waitFor(async () => {
    const [call] = (await logOf('email')).slice(-1)
    const [request] = (await logOf('user')).slice(-1)
    expect(request).toMatchObject({ status: 201, request_id: call.request_id })
    expect(request.hops_ms.email).toBeGreaterThan(0)
    expect(request.request_id).toMatch(/^[\w-]{36}$/)
  })
})

test('the floor logs no click', async () => {
  await send(`${urlOf('analytics')}/track_click`, 'POST', { user_id: 1, page: '/' })
  expect(await logOf('analytics')).toEqual([{}])
})
