import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { docker } from '../containers/compose.ts'
import { startLoad } from '../containers/load.ts'
import { startOrders } from './order-load.ts'
import { audit, healthy, replicas, stack } from './swarm.ts'

const patience = { timeout: 90_000, interval: 500 }

afterEach(audit)

test.each(['orderservice', 'inventoryservice'])(
  'a killed %s loses no order',
  async (service) => {
    const load = startOrders(8)
    await delay(2000)
    const [victim = ''] = await healthy(service)
    await docker('kill', victim)
    await expect.poll(async () => (await healthy(service)).includes(victim), patience).toBe(false)
    await expect.poll(() => healthy(service), patience).toHaveLength(replicas)
    await delay(1000)
    await load.stop()
    console.log(`${service}:`, Object.fromEntries(load.ended), `${load.repeated} repeated`)
    expect([...load.ended.keys()].toSorted()).toEqual([200, 400])
  },
  180_000,
)

test.each(['inventoryservice', 'orderservice'])(
  'an update of %s under load loses no request',
  async (service) => {
    const before = await healthy(service)
    const load = startLoad()
    // It changes nothing that could fail later, so there is no need to watch the new replicas for long.
    const update = ['service', 'update', '--force', '--quiet', '--update-monitor', '2s']
    await docker(...update, `${stack}_${service}`)
    // The last old replica answers what it has begun, after the update has ended.
    const left = async () =>
      (await healthy(service)).filter((container) => before.includes(container))
    await expect.poll(left, patience).toEqual([])
    await load.stop()
    console.log(`${service}:`, Object.fromEntries(load.answered))
    expect([load.lost, load.refused]).toEqual([[], 0])
    expect([...load.answered.keys()].filter((status) => ![200, 201, 400].includes(status))).toEqual(
      [],
    )
  },
  240_000,
)
