import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { messageMetrics } from '../../model/message-metrics.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { brokerName } from '../broker.ts'
import { docker } from '../containers/compose.ts'
import { urlOf } from '../containers/load.ts'
import { sumOf } from '../metric-sums.ts'
import { findUndone } from '../resilience/accepted.ts'
import { type Seen, startClients } from '../resilience/clients.ts'
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
  untilReady,
} from './swarm.ts'

const patience = { timeout: 90_000, interval: 500 }
const consumers = functionNames.filter((name) => services[name].consumes.length > 0)
const urls = Object.fromEntries(functionNames.map((name) => [name, urlOf(name)])) as Record<
  FunctionName,
  string
>
const rounds = 40

/** Those of accepted requests whose work is not done, or done twice. */
async function openUndone(): Promise<(seen: readonly Seen[]) => Promise<string[]>> {
  const { db, close } = connect({ url: await databaseUrl() })
  onTestFinished(close)
  return (seen) => findUndone(db, seen)
}

test('every service has its replicas behind the entrance', untilReady, 250_000)

/** How many messages each replica of a function has handled. */
const countsOf = async (name: FunctionName) =>
  (await metricsOfReplicas(name)).map((samples) =>
    sumOf(samples, messageMetrics.messagesHandled.name, { outcome: 'done' }),
  )

// RabbitMQ deals messages in turn. In PostgreSQL, the first one to ask takes what there is.
const hasItsPart = brokerName === 'rabbitmq' ? isFair : (share: number) => share > 0

test('the replicas of every consumer share its messages', async () => {
  const undone = await openUndone()
  const before = await Promise.all(consumers.map(countsOf))
  const seen = await sendRounds(scenarioRequests, rounds)
  await expect.poll(() => undone(seen), patience).toEqual([])
  const after = await Promise.all(consumers.map(countsOf))
  for (const [index, name] of consumers.entries()) {
    const { total, shares } = sharesOf(before[index] ?? [], after[index] ?? [])
    console.log(`${services[name].name}: ${total} messages, ${shares.join(' / ')} %`)
    expect.soft(total, name).toBeGreaterThanOrEqual(rounds)
    expect.soft(shares.filter(hasItsPart), `${name}: ${shares}`).toHaveLength(replicas)
  }
}, 180_000)

test('a killed replica of every consumer loses no message', async () => {
  const undone = await openUndone()
  const clients = startClients({ urls, each: 2, pauseMs: 100 })
  await delay(1000)
  const found = await Promise.all(consumers.map((name) => healthy(services[name].name)))
  const victims = found.map(([victim = '']) => victim)
  await docker('kill', ...victims)
  await delay(2000)
  await clients.stop()
  const accepted = clients.seen.filter(({ status }) => status < 300)
  await expect.poll(() => undone(accepted), patience).toEqual([])
  const refused = clients.seen.length - accepted.length
  console.log(`${victims.length} killed, ${accepted.length} accepted, ${refused} refused`)
  expect(accepted.length).toBeGreaterThan(consumers.length)
  await audit()
}, 240_000)
