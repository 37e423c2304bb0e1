/** The asynchronous style of a container: it accepts requests, and consumes messages. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import { appear } from '../../db/work/presence.ts'
import { isLone, type QueueName } from '../../model/messages.ts'
import { services } from '../../model/services.ts'
import { loadAcceptor, loadSubscriptions } from '../apps.ts'
import type { MessagingHealth } from '../http/health.ts'
import { type HostOptions, routesOf } from '../http/host.ts'
import { tryUntilDone } from '../try-until-done.ts'
import { createAcceptance } from './accept.ts'
import { createBackpressure } from './backpressure.ts'
import type { Broker } from './broker.ts'
import { type MessagingOptions, slotsOf, startConsumption } from './consumption.ts'
import { startElected } from './elected.ts'
import { createMessageMetrics } from './message-metrics.ts'
import { openPgBoss } from './pg-boss.ts'
import { createPortApp } from './port-app.ts'
import { createPublisher } from './publisher.ts'

export async function openMessaging(options: MessagingOptions) {
  const { config, metrics, logger, database, fn, env } = options
  const name = config.FUNCTION
  const acceptor = await loadAcceptor(name)
  // Of the inventory, clients only read.
  const accepts = acceptor && routesOf(acceptor).some(({ method }) => method !== 'get')
  const subscriptions = await loadSubscriptions(name)
  const queues = Object.keys(subscriptions) as QueueName[]
  // Without the broker, it cannot keep what it accepts.
  const lone = services[name].publishes.some(isLone)
  const messageMetrics = createMessageMetrics(metrics, name)
  const closing = new AbortController()
  const unusable = Promise.withResolvers<string>()
  const { signal } = closing
  const trying = { url: database.url, signal, logger, unusable: unusable.resolve }
  let broker: Broker | undefined
  let consumption: ReturnType<typeof startConsumption> | undefined
  let elected: ReturnType<typeof startElected> | undefined

  // A request is admitted only once the queues are open.
  const opened: Pick<Broker, 'store' | 'storeAlone'> = {
    store: (...stored) => (broker as Broker).store(...stored),
    storeAlone: (...stored) => (broker as Broker).storeAlone(...stored),
  }
  const publisher = createPublisher({ name, broker: opened, metrics: messageMetrics })
  const backpressure = createBackpressure({
    db: database.apart,
    name,
    limit: accepts ? config.BACKLOG_LIMIT : 0,
    countElsewhere: async (some) => (await broker?.countElsewhere(some)) ?? 0,
  })
  const { db, apart } = database
  const hasOutbox = config.BROKER !== 'embedded'
  const committed = () => broker?.committed()
  const connect = (work: (on: Db) => Promise<void>) =>
    hasOutbox ? work(db) : db.connection().execute(work)

  async function openBroker(): Promise<Broker> {
    const shared = { url: database.url, apart, config, consumes: queues, logger }
    const { BROKER_URL: brokerUrl } = config
    if (config.BROKER === 'embedded' || brokerUrl === undefined)
      return openPgBoss({ ...shared, listen: database.listen })
    const { openRabbitMq } = await import('./rabbitmq/rabbitmq.ts')
    return openRabbitMq({
      ...{
        ...shared,
        brokerUrl,
        reach: options.reach,
        name,
        slots: slotsOf(config),
        unusable: unusable.resolve,
      },
      batchOf: (queue) => subscriptions[queue]?.batch ?? 1,
    })
  }

  async function start(hostOptions: HostOptions): Promise<void> {
    // At once, for a quick start; again when the database can be used.
    const early = openBroker().catch(() => undefined)
    await database.preparation
    broker = (await early) ?? (await tryUntilDone(openBroker, trying))
    const reclaimed = broker && (await tryUntilDone(() => reclaim(broker as Broker), trying))
    if (!broker || reclaimed === undefined || closing.signal.aborted) return
    const shared = { ...options, hostOptions, broker, subscriptions, publisher, messageMetrics }
    const isAfterCrash = reclaimed > 0
    const { isFull } = backpressure
    if (queues.length > 0) consumption = startConsumption({ ...shared, isAfterCrash, isFull })
    // Until it hears, the consumer looks more often.
    void broker.listen((queue) => consumption?.hint(queue))
    const sagaSeconds = config.SAGA_LIMIT_SECONDS
    elected = startElected({ name, db: apart, broker, hasOutbox, sagaSeconds, metrics, logger })
  }

  /** Becomes an instance. If it is the only one, what others had taken comes again. */
  async function reclaim(from: Broker): Promise<number> {
    let messages = 0
    await appear(apart, name, async (on) => {
      messages = await from.reclaim(on, queues)
    })
    if (messages > 0) logger.warn({ messages }, 'messages of a dead instance come again')
    return messages
  }
  let starting: Promise<void> | undefined

  function problem(): string | undefined {
    if (!broker) return 'the queues are not open yet'
    if (queues.length > 0 && !consumption) return 'not subscribed yet'
    return broker.problem() ?? consumption?.problem() ?? elected?.problem()
  }

  return {
    /** What the port serves. */
    app: createPortApp(fn, acceptor),
    /** The contents of `c.env` there. */
    env: {
      ...{ ...env, db, draining: closing.signal },
      ...createAcceptance({
        ...{ db, publisher, connect, committed, refuse: backpressure.refuse },
        timeoutMs: config.DB_POOL_TIMEOUT_MS,
      }),
    },
    /** Opens the queues and consumes them, in the host that the port has as well. */
    start(hostOptions: HostOptions): void {
      starting = start(hostOptions).catch((error) => unusable.resolve(String(error)))
    },
    isPrepared: () => broker !== undefined,
    untilPrepared: (limitMs: number) =>
      Promise.race([starting, delay(limitMs, undefined, { ref: false })]),
    /** Resolves with the reason if messages can never be stored. */
    unusable: unusable.promise,
    /** The AsyncAPI document of what it publishes and consumes. */
    async describe(): Promise<object> {
      const { describeMessages } = await import('../../functions/messaging/asyncapi.ts')
      return describeMessages({ functions: [name], title: services[name].name })
    },
    health(): MessagingHealth {
      const problems = [problem()].filter((found) => found !== undefined)
      return { isConnected: problems.length === 0, problems }
    },
    /** What keeps the service from its promise: to accept, or to consume. */
    missing(): string[] {
      if (broker && accepts && backpressure.isFull()) return ['messages: too many wait']
      const found = broker && accepts ? lone && broker.problem() : problem()
      return found ? [`messages: ${found}`] : []
    },
    /** Takes no more messages, and waits for the deliveries that have begun. */
    async drain(): Promise<void> {
      closing.abort()
      await starting
      await Promise.all([consumption?.close(), elected?.close()])
    },
    /** To be called when nothing accepts requests any more. */
    close: async () => void (await broker?.close()),
  }
}

export type Messaging = Awaited<ReturnType<typeof openMessaging>>
