import { expect, test } from 'vitest'
import { containerOf, functionNames, services } from '../../model/services.ts'
import { docker } from './compose.ts'
import { startLoad, urlOf } from './load.ts'

const patience = { timeout: 60_000, interval: 250 }
const withDatabase = functionNames.filter((name) => services[name].database)

const readiness = () =>
  Promise.all(withDatabase.map(async (name) => (await fetch(`${urlOf(name)}/ready`)).status))
const starts = () =>
  Promise.all(
    functionNames.map((name) =>
      docker('inspect', '--format', '{{.State.StartedAt}}', containerOf(name)),
    ),
  )

test('services survive a killed PostgreSQL under load', async () => {
  const before = await starts()
  const load = startLoad()
  await expect.poll(() => load.answered.get(201) ?? 0, patience).toBeGreaterThan(0)
  await docker('kill', 'postgres_sync')
  await expect.poll(readiness, patience).toEqual(withDatabase.map(() => 503))
  const refused = await fetch(`${urlOf('user')}/users`)
  expect(await refused.json()).toEqual({
    detail: expect.stringContaining('Database unavailable'),
    code: 'database_unavailable',
  })
  expect(refused.status).toBe(503)
  await docker('start', 'postgres_sync')
  await expect.poll(readiness, patience).toEqual(withDatabase.map(() => 200))
  await load.stop()
  expect((await fetch(`${urlOf('user')}/users`)).status).toBe(200)
  expect(await starts()).toEqual(before)
  expect(load.lost).toEqual([])
  expect([...load.answered.keys()].sort()).toEqual([200, 201, 400, 503])
}, 150_000)
