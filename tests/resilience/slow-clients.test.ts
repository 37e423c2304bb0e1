import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { holdHalfSent } from './half-sent.ts'
import { type OwnLab, openOwnLab, sampleOf } from './lab.ts'
import { scaled } from './scale.ts'
import { quantile } from './statistics.ts'

const slowClients = 200
const seconds = scaled(10, 3)
// Quiet and disturbed rounds alternate, so that a slow moment of the machine affects both.
const rounds = 3
const perSecond = 100

let own: OwnLab
beforeAll(async () => {
  own = await openOwnLab({ PAYMENT_DELAY_MS: '100', BODY_TIMEOUT_MS: String(scaled(10_000, 3000)) })
})
afterAll(() => own.close())

const subjects = {
  analytics: { path: '/track_click', body: '{"user_id":1,"page":"/"}' },
  payment: { path: '/process_payment', body: '{}' },
} as const

/** Sends one request; returns its latency in milliseconds, or Infinity if the status is not 200. */
async function ask(name: keyof typeof subjects): Promise<number> {
  const { path, body } = subjects[name]
  const start = performance.now()
  const answer = await fetch(own.lab.urls[name] + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.status === 200 ? performance.now() - start : Infinity
}

/** The p95 of ordinary clients, which arrive open-loop, in milliseconds. */
async function measureP95(name: keyof typeof subjects): Promise<number> {
  const answers: Promise<number>[] = []
  const start = performance.now()
  for (let arrival = 0; arrival < perSecond * seconds; arrival++) {
    const early = (arrival / perSecond) * 1000 - (performance.now() - start)
    if (early > 0) await delay(early)
    answers.push(ask(name))
  }
  return quantile(await Promise.all(answers), 0.95)
}

/**
 * The same beside clients that send half a body. The service closes all of these, and they hold
 * almost no memory meanwhile.
 */
async function measureBesideSlowClients(name: keyof typeof subjects): Promise<number> {
  const url = own.lab.urls[name]
  const slow = holdHalfSent(url, subjects[name].path, slowClients)
  try {
    await expect
      .poll(() => sampleOf(url, metrics.requestsInProgress.name))
      .toBeGreaterThanOrEqual(slowClients)
    const p95 = await measureP95(name)
    expect((await sampleOf(url, metrics.bodyBuffer.name)) / 2 ** 20).toBeLessThan(1)
    await expect.poll(() => slow.ended(), { timeout: 15_000 }).toBeGreaterThanOrEqual(slowClients)
    return p95
  } finally {
    slow.stop()
  }
}

test.each(Object.keys(subjects) as (keyof typeof subjects)[])(
  `${slowClients} half-sent bodies at %s at most double p95`,
  { timeout: 300_000 },
  async (name) => {
    const url = own.lab.urls[name]
    await measureP95(name)
    const quiet: number[] = []
    const disturbed: number[] = []
    for (let round = 0; round < rounds; round++) {
      quiet.push(await measureP95(name))
      disturbed.push(await measureBesideSlowClients(name))
    }
    const p95 = { quiet: quantile(quiet, 0.5), disturbed: quantile(disturbed, 0.5) }
    console.log({ name, seconds, rounds, perSecond, ...p95 })
    expect(p95.disturbed).toBeLessThan(p95.quiet * 2)
    await expect.poll(() => sampleOf(url, metrics.requestsInProgress.name)).toBe(0)
    for (const gauge of [metrics.slotsInUse.name, metrics.bodyBuffer.name])
      expect(await sampleOf(url, gauge)).toBe(0)
  },
)
