/** The function as a consumer: its deliveries go through a host of their own, without a socket. */
import type { Logger } from 'pino'
import type { LoopGate } from '../admission/loop-gate.ts'
import { createSlots } from '../admission/slots.ts'
import type { AnyApp, AnySubscriptions } from '../apps.ts'
import type { FunctionDatabase } from '../database.ts'
import type { BrokerFault } from '../faults/broker-fault.ts'
import { type HostOptions, host } from '../http/host.ts'
import type { Config } from '../settings/config.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Broker } from './broker.ts'
import { createConsumer } from './consume.ts'
import { createDeadlines } from './deadlines.ts'
import { createDeliver } from './deliver.ts'
import { createDeliveryApp } from './delivery-app.ts'
import type { MessageMetrics } from './message-metrics.ts'
import type { Publisher } from './publisher.ts'
import { createSettle } from './settle-delivered.ts'

export type MessagingOptions = {
  config: Config
  metrics: Metrics
  logger: Logger
  database: FunctionDatabase
  fn: AnyApp
  /** The bindings of the function. */
  env: object
  gate: LoopGate
  /** Where a node of the broker is reached, if not at its own address. */
  reach?: BrokerFault['reach'] | undefined
}

export type ConsumptionOptions = MessagingOptions & {
  hostOptions: HostOptions
  broker: Broker
  subscriptions: AnySubscriptions
  publisher: Publisher
  messageMetrics: MessageMetrics
  /** Whether what a dead instance had taken comes again. */
  isAfterCrash: boolean
  /** Whether requests are refused because too many messages wait. */
  isFull: () => boolean
}

const via = 'message'

const silent = { observe: () => {} }

/**
 * The metrics of a service as the host of its deliveries sees them: their requests are in series of
 * their own, and those of the port have only the requests of clients.
 */
const metricsOfDeliveries = (metrics: Metrics): Metrics =>
  ({
    ...metrics,
    countRequest: metrics.countDelivery,
    requestBegins: () => {},
    requestEnds: () => {},
    loopWait: silent,
    slotWait: silent,
    requests: {
      inc: (labels: object, value: number) => metrics.requests.inc({ ...labels, via }, value),
    },
    requestDuration: {
      zero: (labels: object) => metrics.requestDuration.zero({ ...labels, via }),
    },
    // Nothing else of them is called there.
  }) as unknown as Metrics

/** Reports would wait for each other's workers, while other instances have idle ones. */
export const slotsOf = ({ FUNCTION, CONCURRENCY, REPORT_WORKERS }: Config) =>
  FUNCTION === 'report' ? Math.min(REPORT_WORKERS, CONCURRENCY) : CONCURRENCY

/** The slots of requests and of deliveries are apart: work must not keep new work from being accepted. */
export function startConsumption(options: ConsumptionOptions) {
  const { config, database, env, fn, gate, hostOptions, logger, messageMetrics } = options
  const { broker, publisher, subscriptions } = options
  const { db } = database
  const slots = slotsOf(config)
  const app = host(createDeliveryApp(fn, subscriptions), {
    ...hostOptions,
    metrics: metricsOfDeliveries(options.metrics),
    slots: createSlots({ concurrency: slots, queueLimit: 0 }),
  })
  const deadlines = createDeadlines()
  return createConsumer({
    subscriptions,
    broker,
    deliver: createDeliver({ app, env, db, broker, publisher, subscriptions, deadlines }),
    settle: createSettle({ db, broker, metrics: messageMetrics, logger }),
    deadlines,
    slots,
    isAfterCrash: options.isAfterCrash,
    isFull: options.isFull,
    gate,
    metrics: messageMetrics,
    logger,
  })
}
