import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../db/connection/connect.ts'
import { messageMetrics } from '../../model/message-metrics.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { brokerName } from '../broker.ts'
import { docker } from '../containers/compose.ts'
import { urlOf } from '../containers/load.ts'
import { sumOf } from '../metric-sums.ts'
import { findUndone } from '../resilience/accepted.ts'
import { startClients } from '../resilience/clients.ts'
import { scenarioRequests } from '../scenario-requests.ts'
import { sendRounds } from './rounds.ts'
import {
  audit,
  databaseUrl,
  healthy,
  isFair,
  metricsOfReplicas,
  replicas,
  sharesOf,
} from './swarm.ts'

const patience = { timeout: 90_000, interval: 500 }
const consumers = functionNames.filter((name) => services[name].consumes.length > 0)
const urls = Object.fromEntries(functionNames.map((name) => [name, urlOf(name)])) as Record<
  FunctionName,
  string
>
const rounds = 40

let connection: Connection
beforeAll(async () => {
  connection = connect({ url: await databaseUrl() })
})
afterAll(() => connection.close())

/** How many messages each replica of a function has handled. */
const countsOf = async (name: FunctionName) =>
  (await metricsOfReplicas(name)).map((samples) =>
    sumOf(samples, messageMetrics.messagesHandled.name, { outcome: 'done' }),
  )

// RabbitMQ deals messages in turn. In PostgreSQL, the first one to ask takes what there is.
const hasItsPart = brokerName === 'rabbitmq' ? isFair : (share: number) => share > 0

test('three replicas of every consumer share its messages', async () => {
  const before = await Promise.all(consumers.map(countsOf))
  const seen = await sendRounds(scenarioRequests, rounds)
  await expect.poll(() => findUndone(connection.db, seen), patience).toEqual([])
  const after = await Promise.all(consumers.map(countsOf))
  for (const [index, name] of consumers.entries()) {
    const { total, shares } = sharesOf(before[index] ?? [], after[index] ?? [])
    console.log(`${services[name].name}: ${total} messages, ${shares.join(' / ')} %`)
    expect.soft(total, name).toBeGreaterThanOrEqual(rounds)
    expect.soft(shares.filter(hasItsPart), `${name}: ${shares}`).toHaveLength(replicas)
  }
}, 180_000)

test('a killed replica of every consumer loses no message', async () => {
  const clients = startClients({ urls, each: 2, pauseMs: 100 })
  await delay(1000)
  const victims: string[] = []
  for (const name of consumers) {
    const [victim = ''] = await healthy(services[name].name)
    await docker('kill', victim)
    victims.push(victim)
    await delay(500)
  }
  await clients.stop()
  const accepted = clients.seen.filter(({ status }) => status < 300)
  await expect.poll(() => findUndone(connection.db, accepted), patience).toEqual([])
  const refused = clients.seen.length - accepted.length
  console.log(`${victims.length} killed, ${accepted.length} accepted, ${refused} refused`)
  expect(accepted.length).toBeGreaterThan(consumers.length)
  await audit()
}, 240_000)
