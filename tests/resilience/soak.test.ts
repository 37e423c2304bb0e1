import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FunctionName, functionNames } from '../../runtime/services.ts'
import { startClients } from './clients.ts'
import { type OwnLab, openLab, residentMiB, sampleOf } from './lab.ts'
import { isFull, scaled } from './scale.ts'
import { floorsOf, slopePerMinute } from './statistics.ts'

const seconds = scaled(600, 15)
const settledAfterSeconds = scaled(120, 2)

const faults: Partial<Record<FunctionName, object>> = {
  email: { latency: 'exponential:50', error_rate: 0.05, seed: 1 },
  payment: { latency: 'uniform:0:50', error_rate: 0.1, seed: 2 },
  inventory: { latency: 'normal:10:5', error_rate: 0.1, seed: 3 },
  cache: { error_rate: 0.1, seed: 4 },
  search: { refuse: true, after_ms: scaled(200_000, 5000), for_ms: scaled(5000, 1000) },
}

let own: OwnLab
beforeAll(async () => {
  const short = { EMAIL_DELAY_MS: '50', PAYMENT_DELAY_MS: '100', REPORT_CPU_SECONDS: '0.02', LOG_LEVEL: 'fatal' }
  own = await openLab({ ...short, FAULTS: JSON.stringify(faults), FAULT_SWITCH: 'on' })
})
afterAll(() => own.close())

const ownEndpoints: Partial<Record<FunctionName, [path: string, body: object]>> = {
  email: ['/send_welcome_email', { email: 'soak@example.com' }],
  search: ['/reindex', { product_id: 1 }],
  cache: ['/invalidate_cache', { product_id: 1 }],
  report: ['/generate_report', {}],
}

/**
 * Asks the services that scenarios call little, or that take long, as often as the others are, until the time is over: V8 lets a heap
 * grow to the size that it keeps by the number of requests, not by the clock.
 */
async function settle(urls: Record<FunctionName, string>, until: () => boolean): Promise<void> {
  const client = async ([name, [path, body]]: [string, [string, object]]) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    while (!until())
      await fetch(urls[name as FunctionName] + path, init)
        .then((answer) => answer.arrayBuffer())
        .catch(() => delay(20))
  }
  const asked = Object.entries(ownEndpoints)
  await Promise.all(Array.from({ length: 8 }, () => asked.map(client)).flat())
}

test(`${seconds} s of mixed load with faults on: nothing leaks, nothing stays stuck, and the ledger balances`, {
  timeout: 900_000,
}, async () => {
  const { urls } = own.lab
  const memory = new Map<FunctionName, [minutes: number, MiB: number][]>(functionNames.map((name) => [name, []]))
  const clients = startClients({ urls, each: 3, keep: false })
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  await settle(urls, () => elapsed() >= settledAfterSeconds)
  while (elapsed() < seconds) {
    await delay(1000)
    for (const name of functionNames) {
      const MiB = await residentMiB(urls[name]).catch(() => undefined)
      if (MiB !== undefined) memory.get(name)?.push([elapsed() / 60, MiB])
    }
  }
  await clients.stop()
  for (const name of functionNames) await fetch(`${urls[name]}/faults`, { method: 'DELETE' })

  const slopes = [...memory].map(([name, points]) => [name, slopePerMinute(floorsOf(points, 30))] as const)
  if (isFull)
    console.log(
      slopes,
      [...memory].map(([name, points]) => [name, points.at(0)?.[1], points.at(-1)?.[1]]),
    )
  if (isFull) for (const [name, slope] of slopes) expect(slope, name).toBeLessThan(1)
  expect(clients.lost).toEqual([])
  for (const name of functionNames)
    for (const gauge of [
      'slots_in_use',
      'slot_queue_length',
      'outgoing_calls_in_progress',
      'db_pool_connections_in_use',
      'db_pool_waiting',
    ])
      await expect.poll(() => sampleOf(urls[name], gauge), { timeout: 10_000 }).toBe(0)
  expect(await sampleOf(urls.payment, 'faults_injected_total')).toBeGreaterThan(0)
  await expect.poll(() => own.audit(), { timeout: 10_000 }).toMatchObject({ balances: true, orders: { pending: 0 } })
})
