/** Messages in RabbitMQ. What is stored with a change waits in PostgreSQL until it is published. */
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../../../db/connection/connect.ts'
import type { Backlog } from '../../../db/work/backlog.ts'
import type { Stored } from '../../../db/work/outbox.ts'
import { HttpError } from '../../../functions/http/refusal.ts'
import {
  deadLettersOf,
  type Envelope,
  type QueueName,
  queueNames,
} from '../../../model/messages.ts'
import { type FunctionName, services } from '../../../model/services.ts'
import type { Broker } from '../broker.ts'
import { openBoss, type PgBossOptions } from '../pg-boss.ts'
import { createClaims } from '../pg-boss-claims.ts'
import { createRelay } from '../relay.ts'
import { fromAmqp, toAmqp } from './amqp-message.ts'
import { createConfirmedPublisher, type Outgoing, UnroutableError } from './confirmed-publisher.ts'
import { createCounts } from './counts.ts'
import { confirmMs, createHeldMessages } from './held-messages.ts'
import { createLink, type LinkOptions } from './link.ts'
import { createSubscription } from './subscription.ts'
import { declareTopology, retryName, retryWaits } from './topology.ts'
import { createWaitingAges } from './waiting-ages.ts'

export type RabbitMqOptions = PgBossOptions & {
  /** The URL of the broker, or several. */
  brokerUrl: string
  /** Where a node is reached, if not at its own address. */
  reach?: LinkOptions['reach']
  name: FunctionName
  /** Deliveries at once. */
  slots: number
  /** How many messages of a queue are one delivery at most. */
  batchOf: (queue: QueueName) => number
  /** Called with the reason if the broker can never be used. */
  unusable: (reason: string) => void
}

// A click is refused within a second if the broker is away.
const clickMs = 800
const probeMs = 500

/** Two deliveries of a batch, so that one is there when the other is done. */
const prefetchOf = (batch: number, slots: number) => (batch > 1 ? 2 * batch : slots)

const outgoingOf = ({ queue, message, storedAt }: Omit<Stored, 'id'>): Outgoing => ({
  ...toAmqp(message, storedAt),
  routingKey: queue,
})

/**
 * Opens the outbox, and the broker in the background: it may be away.
 * @throws the error of the database
 */
export async function openRabbitMq(options: RabbitMqOptions): Promise<Broker> {
  const { brokerUrl, reach, config, consumes, logger, name, slots, unusable } = options
  const boss = await openBoss({ ...options, connections: 1 })
  const outbox = createClaims(boss)
  // It holds what it publishes in a transaction.
  const onLost = (err: Error) => logger.warn({ err }, 'database connection lost')
  const relayed = connect({ url: options.url, max: 1, onLost })
  const names = services[name].name

  // Of two: the broker reads nothing from a connection that publishes while it has too little
  // memory, and acknowledgements make it free.
  const publishing = createLink({
    ...{ url: brokerUrl, reach, logger, unusable, name: `${names} publishes` },
    opened: () => relay.wake(),
  })
  const consuming =
    consumes.length > 0
      ? createLink({
          ...{ url: brokerUrl, reach, logger, unusable, name: `${names} consumes` },
          opened: () => void subscription?.open(),
        })
      : undefined
  const publisher = createConfirmedPublisher(publishing)
  const counts = createCounts(publishing)
  const ages = createWaitingAges(relayed.db)

  async function declare(): Promise<void> {
    await declareTopology(consuming ?? publishing).catch((error) => {
      if (error.permanent) unusable(error.message)
      throw error
    })
  }

  async function publish(messages: readonly Outgoing[], limitMs: number) {
    const outcomes = await publisher.publish(messages, limitMs)
    const isMissing = outcomes.some((outcome) => outcome instanceof UnroutableError)
    // Its consumer has not been there yet, or somebody has deleted it.
    if (isMissing) await declareTopology(publishing)
    return outcomes
  }

  async function relayAll(stored: readonly Stored[]): Promise<boolean[]> {
    const outcomes = await publish(stored.map(outgoingOf), confirmMs)
    const failed = outcomes.find((outcome) => outcome !== undefined)
    if (failed) logger.warn(`not all messages are published: ${failed.message}`)
    return outcomes.map((outcome) => outcome === undefined)
  }
  const relay = createRelay({
    ...{ db: relayed.db, logger, publish: relayAll },
    isReady: publishing.isReady,
  })

  const held = createHeldMessages({
    ...{ config, queues: consumes, publisher },
    askDatabase: () => boss.getDb().executeSql('select 1', []),
  })
  const prefetch = new Map([
    ...consumes.map(
      (queue) => [queue as string, prefetchOf(options.batchOf(queue), slots)] as const,
    ),
    ...consumes.map((queue) => [deadLettersOf(queue), 1] as const),
  ])
  const subscription = consuming
    ? createSubscription({
        ...{ link: consuming, declare, prefetch, trials: slots, logger },
        isFirst: (message) => fromAmqp(message).delivery === 1,
        arrived: held.arrive,
        lost: held.forget,
      })
    : undefined

  let silent: string | undefined
  const closing = new AbortController()

  /** A broker that hangs keeps its connections open. */
  async function probe(): Promise<void> {
    while (!closing.signal.aborted) {
      if (publishing.isOpen())
        await counts.count([queueNames[0] as string]).then(
          () => {
            silent = undefined
          },
          ({ message }: Error) => {
            silent = message
          },
        )
      await delay(probeMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }
  const probing = probe()

  async function storeAlone(queue: QueueName, messages: readonly Envelope[]): Promise<void> {
    const storedAt = new Date()
    const outgoing = messages.map((message) => outgoingOf({ queue, message, storedAt }))
    const outcomes = silent ? [new Error(silent)] : await publish(outgoing, clickMs)
    const cause = outcomes.find((outcome) => outcome !== undefined)
    if (!cause) return
    const code = 'broker_unavailable'
    throw new HttpError(503, 'The broker is unavailable, try again later', { code, cause })
  }

  return {
    ...held.claims,
    store: outbox.store,
    expire: outbox.expire,
    reclaim: async () => 0,
    storeAlone: (_db, queue, messages) => storeAlone(queue, messages),
    committed: relay.wake,
    async listen(stored) {
      if (!subscription) return
      held.use(subscription, stored)
      await subscription.open()
    },
    isListening: () => true,
    problem: () =>
      publishing.problem() ?? consuming?.problem() ?? silent ?? subscription?.problem(),
    async readBacklog() {
      const found = await counts.count([...queueNames, ...retryWaits.map(retryName)])
      const oldest = await ages.read(found)
      return Array.from(found, ([queue, count]) => {
        return { kind: 'waiting', queue, count, oldest: oldest.get(queue) ?? 0 } as Backlog
      })
    },
    async close() {
      closing.abort()
      await probing
      await relay.close()
      await subscription?.close()
      await Promise.all([publishing.close(), consuming?.close()])
      await relayed.close()
      await boss.stop({ graceful: false })
    },
  }
}
