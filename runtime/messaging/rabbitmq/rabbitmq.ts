/** Messages in RabbitMQ. What is stored with a change waits in PostgreSQL until it is published. */
import { type Connection, connect } from '../../../db/connection/connect.ts'
import type { Backlog } from '../../../db/work/backlog.ts'
import type { Stored } from '../../../db/work/outbox.ts'
import { storeNewMessages } from '../../../db/work/store-messages.ts'
import { type QueueName, queueNames } from '../../../model/messages.ts'
import { type FunctionName, services } from '../../../model/services.ts'
import type { Broker } from '../broker.ts'
import { openBoss, type PgBossOptions } from '../pg-boss.ts'
import { createClaims } from '../pg-boss-claims.ts'
import { createRelay } from '../relay.ts'
import { toAmqp } from './amqp-message.ts'
import type { Outgoing } from './confirmed-publisher.ts'
import { createConsuming } from './consuming.ts'
import { confirmMs } from './held-messages.ts'
import type { LinkOptions } from './link.ts'
import { createPublishing, type Publishing } from './publishing.ts'
import { retryName, retryWaits } from './topology.ts'
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

const outgoingOf = ({ queue, message, storedAt }: Omit<Stored, 'id'>): Outgoing => ({
  ...toAmqp(message, storedAt),
  routingKey: queue,
})

function relayTo(publishing: Publishing, { db }: Connection, { logger }: RabbitMqOptions) {
  return createRelay({
    ...{ db, logger, isReady: () => publishing.problem() === undefined },
    async publish(stored) {
      const outcomes = await publishing.publish(stored.map(outgoingOf), confirmMs)
      const failed = outcomes.find((outcome) => outcome !== undefined)
      if (failed) logger.warn(`not all messages are published: ${failed.message}`)
      return outcomes.map((outcome) => outcome === undefined)
    },
  })
}

/** What waits in RabbitMQ, by queue. */
function createReadBacklog({ count }: Publishing, { db }: Connection) {
  const ages = createWaitingAges(db)
  return async (): Promise<Backlog[]> => {
    const counts = await count([...queueNames, ...retryWaits.map(retryName)])
    const oldest = await ages.read(counts)
    return Array.from(counts, ([queue, waiting]) => ({
      ...{ kind: 'waiting' as const, queue: queue as QueueName },
      ...{ count: waiting, oldest: oldest.get(queue) ?? 0 },
    }))
  }
}

/** A consumer of nothing. */
const nothing = {
  take: async () => [],
  takeSuspect: async () => undefined,
  peek: async () => [],
  setAside: async () => {},
  giveBack: async () => {},
  finish: async () => true,
  acknowledge: () => {},
  retry: async () => {},
  unsubscribe: async () => {},
} satisfies Partial<Broker>

/**
 * Opens the outbox, and the broker in the background: it may be away.
 * @throws the error of the database
 */
export async function openRabbitMq(options: RabbitMqOptions): Promise<Broker> {
  const { brokerUrl: url, reach, consumes, logger, unusable } = options
  const { boss, close } = await openBoss({ ...options, connections: 1 })
  // It holds what it publishes in a transaction: for others, there is that of pg-boss.
  const onLost = (err: Error) => logger.warn({ err }, 'database connection lost')
  const own = connect({ url: options.url, max: 1, onLost })
  const linkOf = (does: string): LinkOptions => ({
    ...{ url, reach, logger, unusable },
    name: `${services[options.name].name} ${does}`,
  })
  // Of two connections: the broker reads nothing from one that publishes while it has too little
  // memory, and acknowledgements make it free.
  const publishing = createPublishing({ ...linkOf('publishes'), opened: () => relay.wake() })
  const relay = relayTo(publishing, own, options)
  const consuming =
    consumes.length > 0
      ? createConsuming({
          ...{ ...options, link: linkOf('consumes'), queues: consumes },
          publish: publishing.publish,
          askDatabase: () => boss.getDb().executeSql('select 1', []),
        })
      : undefined

  return {
    ...(consuming?.claims ?? nothing),
    store: storeNewMessages,
    storeAlone(_db, queue, messages) {
      const storedAt = new Date()
      return publishing.publishNow(
        messages.map((message) => outgoingOf({ queue, message, storedAt })),
      )
    },
    committed: relay.wake,
    reclaim: async () => 0,
    expire: createClaims(boss, boss.getDb()).expire,
    listen: async (stored) => consuming?.listen(stored),
    isListening: () => true,
    problem: () => publishing.problem() ?? consuming?.problem(),
    async countElsewhere(queues) {
      return Math.max(0, ...(await publishing.count(queues)).values())
    },
    readBacklog: createReadBacklog(publishing, own),
    async close() {
      await relay.close()
      await consuming?.close()
      await publishing.close()
      await own.close()
      await close()
    },
  }
}
