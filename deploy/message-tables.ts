/** Tables of the messages and of their metrics. */
import { events } from '../functions/messaging/events.ts'
import type { Subscription } from '../functions/messaging/subscription.ts'
import { messageMetrics } from '../model/message-metrics.ts'
import {
  type EventName,
  eventNames,
  exchanges,
  type QueueName,
  queuesOf,
} from '../model/messages.ts'
import { type FunctionName, functionNames, type Service, services } from '../model/services.ts'
import { code, table } from './tables.ts'

type Metric = { name: string; help: string; labelNames?: readonly string[] }

const servicesWith = (has: (service: Service) => boolean) =>
  functionNames.filter((name) => has(services[name])).join(', ')

const publisherOf = (event: EventName) => servicesWith(({ publishes }) => publishes.includes(event))

const consumerOf = (queue: QueueName) => servicesWith(({ consumes }) => consumes.includes(queue))

type Consumer = { default: Partial<Record<QueueName, Subscription>> }

const subscriptionsOf = async (name: FunctionName) =>
  ((await import(`../functions/${name}/subscriptions.ts`)) as Consumer).default

const consumers = functionNames.filter((name) => services[name].consumes.length > 0)
const subscriptions = Object.assign({}, ...(await Promise.all(consumers.map(subscriptionsOf))))

const deliveriesOf = (queue: QueueName) =>
  (subscriptions[queue] as Subscription).routes.map(({ path }) => path)

const fieldsOf = (event: EventName) =>
  Object.entries(events[event].data.shape).map(([field, schema]) =>
    schema.safeParse(undefined).success ? `${field}?` : field,
  )

/** Every event with its way, by the names of functions, and the fields of its data. */
export const messagesTable = (): string =>
  table(
    ['event', 'exchange', 'queue', 'from → to', 'delivered to', 'data'],
    eventNames.map((event) => {
      const queues = queuesOf(event)
      const exchange = exchanges[event]
      const to = queues.map(consumerOf).join(', ') || '—'
      return [
        event,
        code(exchange ? [exchange] : []) || '—',
        code(queues) || '—',
        `${publisherOf(event)} → ${to}`,
        code(queues.flatMap(deliveriesOf)) || '—',
        code(fieldsOf(event)),
      ]
    }),
  )

/** The metrics that only the asynchronous style has. */
export const messageMetricsTable = (): string =>
  table(
    ['metric', 'labels', 'meaning'],
    Object.values<Metric>(messageMetrics).map(({ name, labelNames = [], help }) => [
      code([name]),
      code(labelNames) || '—',
      help,
    ]),
  )
