import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, onTestFailed, test } from 'vitest'
import type { SagaStep } from '../../db/schema.ts'
import { isFull, scaled } from './scale.ts'
import { isSettled, openShop, placeOrder, type Shop, type Victim } from './shop.ts'

const orders = scaled(100, 12)
const victims: Victim[] = ['order', 'inventory', 'postgres']
const within10s = { timeout: 10_000, interval: 50 }
const patience = { timeout: 20_000, interval: 10 }

/** The number of orders whose saga is at a step. */
async function atStep({ db }: Shop, step: SagaStep): Promise<number> {
  const rows = await db
    .selectFrom('order_sagas')
    .select('order_id')
    .where('step', '=', step)
    .execute()
  return rows.length
}

type Moment = {
  name: string
  payment: 'fail' | 'succeed'
  /** Makes every order stop at this step. */
  hold: (shop: Shop) => Promise<void> | void
  /** Whether all orders have reached it. */
  reached: (shop: Shop) => Promise<boolean>
  release: (shop: Shop) => Promise<void> | void
}

const swallow = (wire: 'payment' | 'inventory', path: string) => ({
  hold: ({ wires }: Shop) => wires[wire].treat(path, 'swallow'),
  reached: async ({ wires }: Shop) => wires[wire].lost() >= orders,
  release: ({ wires }: Shop) => wires[wire].treat(path, 'pass'),
})

const moments: Moment[] = [
  {
    name: 'placed and not reserved',
    payment: 'fail',
    hold: (shop) => shop.slowInventory(30_000),
    reached: async (shop) => (await atStep(shop, 'reserving')) >= orders,
    release: (shop) => shop.slowInventory(undefined),
  },
  {
    name: 'reserved, the answer on its way',
    payment: 'succeed',
    ...swallow('inventory', '/reserve_stock'),
  },
  {
    name: 'paid, the answer on its way',
    payment: 'succeed',
    ...swallow('payment', '/process_payment'),
  },
  {
    name: 'refused, the answer on its way',
    payment: 'fail',
    ...swallow('payment', '/process_payment_fail'),
  },
  {
    name: 'compensated, the answer on its way',
    payment: 'fail',
    ...swallow('inventory', '/compensate_stock'),
  },
]

/** A shop for several tests, each of which leaves it settled; one that fails, for none after it. */
function shareShop() {
  let shop: Shop | undefined
  const close = async () => {
    await shop?.close()
    shop = undefined
  }
  afterAll(close)
  return async (): Promise<Shop> => {
    onTestFailed(close)
    shop ??= await openShop()
    return shop
  }
}

describe.each(victims)('%s is killed', (victim) => {
  const enterShop = shareShop()

  test.each(moments)(
    'while orders are $name',
    { timeout: 120_000 },
    async ({ payment, hold, reached, release }) => {
      const shop = await enterShop()
      await hold(shop)
      const answers = Array.from({ length: orders }, (_, index) =>
        placeOrder(shop, payment, 1 + (index % 5)),
      )
      await expect.poll(() => reached(shop), patience).toBe(true)
      await shop.kill(victim)
      await release(shop)
      await shop.restart(victim)
      await expect.poll(() => isSettled(shop), within10s).toBe('settled')
      await Promise.all(answers)
      expect(await isSettled(shop)).toBe('settled')
      expect((await shop.audit()).orders).toMatchObject({ pending: 0 })
    },
  )

  const kills = scaled(50, 2)
  test(`${kills} times at random under load`, { timeout: 900_000 }, async () => {
    const shop = await enterShop()
    let stopped = false
    const outcomes = new Map<number | 'lost', number>()
    const client = async (index: number) => {
      for (let round = 0; !stopped; round++) {
        const outcome = await placeOrder(
          shop,
          (index + round) % 2 === 0 ? 'succeed' : 'fail',
          1 + (round % 5),
        )
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        // Like a client that obeys Retry-After, only much sooner.
        if (outcome === 'lost' || outcome === 503) await delay(20)
      }
    }
    const clients = Array.from({ length: 20 }, (_, index) => client(index))
    for (let kill = 0; kill < kills; kill++) {
      await delay(Math.random() * 500)
      await shop.kill(victim)
      await shop.restart(victim)
    }
    stopped = true
    await expect.poll(() => isSettled(shop), within10s).toBe('settled')
    await Promise.all(clients)
    await expect.poll(() => isSettled(shop), within10s).toBe('settled')
    if (isFull)
      console.log(`${victim} killed ${kills} times:`, outcomes, (await shop.audit()).orders)
    // Orders completed and failed meanwhile, so there was a load.
    expect(outcomes.get(200)).toBeGreaterThan(0)
    expect(outcomes.get(400)).toBeGreaterThan(0)
  })
})
