/** PostgreSQL hangs or ends under load: what has been accepted in the asynchronous style is done. */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countDeadLetters } from '../../db/work/dead-letters.ts'
import { functionNames } from '../../model/services.ts'
import { type OwnBroker, openBroker } from '../broker.ts'
import { findUndone } from './accepted.ts'
import { type Seen, startClients } from './clients.ts'
import { type OwnLab, openOwnLab } from './lab.ts'
import { hangPostgres, restartPostgres } from './postgres.ts'
import { scaled } from './scale.ts'

const outageMs = scaled(30_000, 15_000)
const loadMs = scaled(10_000, 3000)
const patience = { timeout: 120_000, interval: 500 }

const poolTimeoutMs = 1000
// For its turn on a busy machine: less than one more wait for a connection.
const toleranceMs = 1000

let broker: OwnBroker
let own: OwnLab
beforeAll(async () => {
  const settings = {
    EMAIL_DELAY_MS: '50',
    PAYMENT_DELAY_MS: '100',
    REPORT_CPU_SECONDS: '0.01',
    DB_POOL_TIMEOUT_MS: String(poolTimeoutMs),
    // Fewer than clients: those with a connection wait for a server that hangs.
    DB_POOL_MAX: '2',
  }
  broker = await openBroker()
  own = await openOwnLab({ ...settings, ...broker.settings }, { style: 'async' })
})
afterAll(async () => {
  await own.close()
  await broker.close()
})

/** Each service's `/health`: its status, and whether it reaches the queues. */
const health = () =>
  Promise.all(
    own.lab.services.map(async ({ url }) => {
      const shown = (await (await fetch(`${url}/health`)).json()) as Record<string, unknown>
      return `${shown.status} ${shown.rabbitmq_connected}`
    }),
  )
const ofAll = (words: string) => functionNames.map(() => words)

const isAccepted = ({ status }: Seen) => status < 300

const outages = [
  ['hangs', (): Promise<void> => hangPostgres(own.lab, outageMs)],
  ['ends', (): Promise<void> => restartPostgres(own.lab, outageMs)],
] as const

test.each(outages)(
  'all that is accepted while PostgreSQL %s is done',
  {
    timeout: 4 * outageMs + 180_000,
  },
  async (_how, outage) => {
    const clients = startClients({ urls: own.lab.urls, each: 4, pauseMs: scaled(50, 300) })
    await delay(loadMs)
    await expect.poll(health, patience).toEqual(ofAll('healthy true'))
    const over = outage()
    await expect.poll(health, { timeout: outageMs }).toEqual(ofAll('degraded false'))
    await over
    await expect.poll(health, patience).toEqual(ofAll('healthy true'))
    await delay(loadMs)
    await clients.stop()
    const refused = clients.seen.filter((seen) => !isAccepted(seen))
    expect(clients.lost).toEqual([])
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.filter(({ status }) => status !== 503)).toEqual([])
    const late = refused.filter(({ milliseconds }) => milliseconds > poolTimeoutMs + toleranceMs)
    expect(late).toEqual([])
    const accepted = clients.seen.filter(isAccepted)
    await expect.poll(() => findUndone(own.db, accepted), patience).toEqual([])
    expect(await countDeadLetters(own.db)).toEqual(new Map())
    await expect.poll(() => own.audit()).toMatchObject({ balances: true, orders: { pending: 0 } })
  },
)
