/** RabbitMQ ends or hangs under load: clients notice it at clicks alone, and all else is done later. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { auditLedger } from '../../db/ledger/audit.ts'
import { countDeadLetters } from '../../db/work/dead-letters.ts'
import { launchLab } from '../../local/lab.ts'
import { openLabDatabase } from '../../local/postgres/lab-database.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { brokerName } from '../broker.ts'
import { openBrokerProxy } from '../broker-proxy.ts'
import { openRabbitmq, type TestRabbitmq } from '../rabbitmq-server.ts'
import { findUndone } from './accepted.ts'
import { type Clients, type Seen, startClients } from './clients.ts'
import { type OwnLab, openOwnLab } from './lab.ts'
import { scaled } from './scale.ts'

const outageMs = scaled(30_000, 6000)
const loadMs = scaled(10_000, 2000)
const patience = { timeout: 120_000, interval: 250 }

/** What is promised of an outage, and what a response takes more than that on a busy machine. */
const [noticedMs, refusedMs, toleranceMs] = [2000, 1000, scaled(100, 1000)]

/** Those that do nothing but what the broker brings them, and the one that it confirms to. */
const unready: FunctionName[] = ['email', 'search', 'cache', 'inventory', 'analytics']

const settings = {
  EMAIL_DELAY_MS: '50',
  PAYMENT_DELAY_MS: '100',
  REPORT_CPU_SECONDS: '0.01',
}

const statusOf = async (url: string) => {
  const { status } = await fetch(url)
  return status
}
const healthOf = async (url: string) => {
  const { status, rabbitmq_connected } = (await (await fetch(`${url}/health`)).json()) as Record<
    string,
    unknown
  >
  return `${status} ${rabbitmq_connected}`
}

type Observed = Pick<OwnLab, 'db' | 'audit'> & { lab: Pick<OwnLab['lab'], 'urls'> }

/** What each service says of itself: its health, and whether it is ready. */
async function stateOf({ lab: { urls } }: Observed) {
  const of = async (name: FunctionName) => [
    name,
    `${await healthOf(urls[name])} ${await statusOf(`${urls[name]}/ready`)}`,
  ]
  return Object.fromEntries(await Promise.all(functionNames.map(of)))
}
const usual = Object.fromEntries(functionNames.map((name) => [name, 'healthy true 200']))
const duringOutage = Object.fromEntries(
  functionNames.map((name) => [name, `degraded false ${unready.includes(name) ? 503 : 200}`]),
)

const isClick = ({ name }: Seen) => name === 'analytics'
const isAccepted = ({ status }: Seen) => status < 300

/** Judges the responses that came while the broker was away, and all that was accepted. */
async function judge(own: Observed, clients: Clients, during: readonly Seen[]): Promise<void> {
  expect(clients.lost).toEqual([])
  expect(clients.seen.filter((seen) => !isClick(seen) && !isAccepted(seen))).toEqual([])
  const refused = clients.seen.filter((seen) => !isAccepted(seen))
  expect(refused.length).toBeGreaterThan(0)
  expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
    new Set(['503 broker_unavailable']),
  )
  expect(refused.filter(({ milliseconds }) => milliseconds > refusedMs + toleranceMs)).toEqual([])
  const slow = during.filter(({ milliseconds }) => milliseconds > refusedMs + toleranceMs)
  expect(slow).toEqual([])
  const accepted = clients.seen.filter(isAccepted)
  await expect.poll(() => findUndone(own.db, accepted), patience).toEqual([])
  expect(await countDeadLetters(own.db)).toEqual(new Map())
  await expect.poll(() => own.audit()).toMatchObject({ balances: true, orders: { pending: 0 } })
  const times = during.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const p95 = times[Math.floor(times.length * 0.95)] ?? NaN
  const counts = `${accepted.length} accepted, ${refused.length} clicks refused`
  console.log(`${counts}; p95 of all answers during the outage ${Math.round(p95)} ms`)
}

const load = (own: Observed) => startClients({ urls: own.lab.urls, each: 2, pauseMs: 50 })

describe.runIf(brokerName === 'rabbitmq')('RabbitMQ', { timeout: 4 * outageMs + 180_000 }, () => {
  let rabbitmq: TestRabbitmq
  let own: OwnLab
  beforeAll(async () => {
    rabbitmq = await openRabbitmq()
    own = await openOwnLab({ ...settings, ...rabbitmq.settings }, { style: 'async' })
  })
  afterAll(async () => {
    await own.close()
    await rabbitmq.close()
  })

  const outages = [
    ['is killed', () => rabbitmq.kill(), () => rabbitmq.start()],
    ['hangs', () => rabbitmq.hang(), () => rabbitmq.goOn()],
  ] as const

  test.each(outages)('what is accepted while it %s is done', async (_how, begin, end) => {
    const clients = load(own)
    onTestFinished(clients.stop)
    await delay(loadMs)
    await expect.poll(() => stateOf(own), patience).toEqual(usual)
    const start = performance.now()
    await begin()
    const noticed = { timeout: noticedMs + toleranceMs, interval: 100 }
    await expect.poll(() => stateOf(own), noticed).toEqual(duringOutage)
    const seen = clients.seen.length
    await delay(Math.max(0, outageMs - (performance.now() - start)))
    expect(await stateOf(own)).toEqual(duringOutage)
    const during = clients.seen.slice(seen)
    await end()
    await expect.poll(() => stateOf(own), patience).toEqual(usual)
    await delay(loadMs)
    await clients.stop()
    await judge(own, clients, during)
  })

  /** A lab that need not become ready. */
  async function launch(broker: Record<string, string>): Promise<Observed> {
    const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-silent-'))
    const database = await openLabDatabase({ port: 0, maxConnections: 300 })
    const environment = { ...settings, HOST: '127.0.0.1', ...broker }
    const lab = launchLab({ style: 'async', databaseUrl: database.url, environment, logFolder })
    const { db, close } = connect({ url: database.url, max: 1 })
    onTestFinished(async () => {
      await lab.kill()
      await close()
      await database.close()
      await rm(logFolder, { recursive: true, force: true })
    })
    await expect.poll(() => lab.services.length, patience).toBe(functionNames.length)
    return { lab, db, audit: () => auditLedger(db, { pendingLimitSeconds: 60 }) }
  }

  test('what is accepted by services that start while it says nothing is done', async () => {
    const proxy = await openBrokerProxy({ target: rabbitmq.url })
    onTestFinished(proxy.close)
    proxy.set('silent')
    const own = await launch(proxy.settings)
    await expect.poll(() => stateOf(own), patience).toEqual(duringOutage)
    const clients = load(own)
    onTestFinished(clients.stop)
    await delay(loadMs)
    expect(await stateOf(own)).toEqual(duringOutage)
    const during = [...clients.seen]
    proxy.set('pass')
    await expect.poll(() => stateOf(own), patience).toEqual(usual)
    await delay(loadMs)
    await clients.stop()
    await judge(own, clients, during)
  })
})
