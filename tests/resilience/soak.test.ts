import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { startClients } from './clients.ts'
import { type OwnLab, openOwnLab, residentMiB, sampleOf } from './lab.ts'
import { isFull, scaled } from './scale.ts'
import { slopePerMinute } from './statistics.ts'

const seconds = scaled(600, 8)
const warmUpSeconds = scaled(120, 2)

const faults: Partial<Record<FunctionName, object>> = {
  email: { latency: 'exponential:50', error_rate: 0.05, seed: 1 },
  payment: { latency: 'uniform:0:50', error_rate: 0.1, seed: 2 },
  inventory: { latency: 'normal:10:5', error_rate: 0.1, seed: 3 },
  cache: { error_rate: 0.1, seed: 4 },
  search: { refuse: true, after_ms: scaled(200_000, 3000), for_ms: scaled(5000, 1000) },
}

let own: OwnLab
beforeAll(async () => {
  const short = {
    EMAIL_DELAY_MS: '50',
    PAYMENT_DELAY_MS: '100',
    REPORT_CPU_SECONDS: '0.01',
    LOG_LEVEL: 'fatal',
  }
  own = await openOwnLab({ ...short, FAULTS: JSON.stringify(faults), FAULT_SWITCH: 'on' })
})
afterAll(() => own.close())

test(`${seconds} s of load with faults leak nothing`, {
  timeout: 900_000,
}, async () => {
  const { urls } = own.lab
  const memory = new Map<FunctionName, [minutes: number, MiB: number][]>(
    functionNames.map((name) => [name, []]),
  )
  const clients = startClients({ urls, each: 3, pauseMs: scaled(0, 50), keep: false })
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  while (elapsed() < seconds) {
    await delay(1000)
    for (const name of functionNames) {
      const MiB = await residentMiB(urls[name]).catch(() => undefined)
      if (MiB !== undefined && elapsed() > warmUpSeconds)
        memory.get(name)?.push([elapsed() / 60, MiB])
    }
  }
  await clients.stop()
  for (const name of functionNames) await fetch(`${urls[name]}/faults`, { method: 'DELETE' })

  for (const [name, points] of memory) {
    const slope = slopePerMinute(points)
    const everyHalfMinute = points
      .filter((_, index) => index % 30 === 0)
      .map(([, MiB]) => Math.round(MiB))
    if (isFull) console.log(`${name}: ${slope.toFixed(2)} MiB/min: ${everyHalfMinute.join(' ')}`)
    // Soft, so that a failure also shows the later values.
    if (isFull) expect.soft(slope, name).toBeLessThan(1)
  }
  expect(clients.lost).toEqual([])
  for (const name of functionNames)
    for (const gauge of [
      metrics.slotsInUse.name,
      metrics.slotQueue.name,
      metrics.callsInProgress.name,
      metrics.poolInUse.name,
      metrics.poolWaiting.name,
    ])
      await expect.poll(() => sampleOf(urls[name], gauge)).toBe(0)
  expect(await sampleOf(urls.payment, metrics.faultsInjected.name)).toBeGreaterThan(0)
  await expect.poll(() => own.audit()).toMatchObject({ balances: true, orders: { pending: 0 } })
})
