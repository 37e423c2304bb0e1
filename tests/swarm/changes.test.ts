import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { docker } from '../containers/compose.ts'
import { startLoad } from '../containers/load.ts'
import { startOrders } from './order-load.ts'
import { audit, healthy, replicas, stack } from './swarm.ts'

const patience = { timeout: 90_000, interval: 500 }

afterEach(audit)

const changed = ['orderservice', 'inventoryservice']

test('killed replicas of order and inventory lose no order', async () => {
  const load = startOrders(8)
  await delay(2000)
  const found = await Promise.all(changed.map(healthy))
  const victims = found.map(([victim = '']) => victim)
  await docker('kill', ...victims)
  const replaced = async (service: string) => {
    const containers = await healthy(service)
    return !containers.some((container) => victims.includes(container)) && containers.length
  }
  const counts = () => Promise.all(changed.map(replaced))
  await expect.poll(counts, patience).toEqual(changed.map(() => replicas))
  await delay(1000)
  await load.stop()
  console.log(Object.fromEntries(load.ended), `${load.repeated} repeated`)
  expect([...load.ended.keys()].toSorted()).toEqual([200, 400])
}, 180_000)

test('updates of order and inventory under load lose no request', async () => {
  const all = async () => (await Promise.all(changed.map(healthy))).flat()
  const before = await all()
  const load = startLoad()
  // It changes nothing that could fail later, so there is no need to watch the new replicas for long.
  const update = ['service', 'update', '--force', '--quiet', '--update-monitor', '2s']
  await Promise.all(changed.map((service) => docker(...update, `${stack}_${service}`)))
  // The last old replica answers what it has begun, after the update has ended.
  const left = async () => (await all()).filter((container) => before.includes(container))
  await expect.poll(left, patience).toEqual([])
  await load.stop()
  console.log(Object.fromEntries(load.answered))
  expect([load.lost, load.refused]).toEqual([[], 0])
  expect([...load.answered.keys()].filter((status) => ![200, 201, 400].includes(status))).toEqual(
    [],
  )
}, 240_000)
