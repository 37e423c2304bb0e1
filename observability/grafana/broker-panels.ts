import { foreignMetrics, metrics } from '../../model/metrics.ts'
import type { Panel, Query } from './panel.ts'
import { interval } from './queries.ts'

// Without RabbitMQ, there is none of this data.
const optional = true

const sumOf = (metric: string, legend: string): Query => ({
  expr: `sum(${metric})`,
  legend,
  optional,
})

const rateOf = (metric: string, legend: string): Query =>
  sumOf(`rate(${metric}${interval})`, legend)

/** One instance counts for all; an earlier one may still tell what it counted last. */
const counted = (metric: string, legend: string): Query => ({
  expr: `max(${metric})`,
  legend,
  optional,
})

/** What is empty with the embedded broker: RabbitMQ, and the way to it. */
export const broker: Panel[] = [
  {
    title: 'Outbox',
    description:
      'Messages that were stored with their change, and wait to be published to RabbitMQ. It ' +
      'grows while the broker is away: nothing of it is lost.',
    unit: 'short',
    scale: 'symlog',
    queries: [counted(metrics.outboxPending.name, 'pending')],
  },
  {
    title: 'Age of the oldest message in the outbox',
    description: 'Above 5 s, the broker is away or takes no messages.',
    unit: 's',
    queries: [counted(metrics.outboxOldest.name, 'oldest')],
  },
  {
    title: 'Messages in RabbitMQ',
    description:
      'Ready: for a consumer, for their retry or in a dead-letter queue. Unacknowledged: taken by ' +
      'a consumer that has not finished them, at most its slots for each queue.',
    unit: 'short',
    scale: 'symlog',
    queries: [
      sumOf(foreignMetrics.rabbitmqReady, 'ready'),
      sumOf(foreignMetrics.rabbitmqUnacknowledged, 'unacknowledged'),
    ],
  },
  {
    title: 'Messages published to RabbitMQ per second',
    description:
      'Each is confirmed once it is on the disk. A gap between the lines is what RabbitMQ has not ' +
      'confirmed, and what is published again.',
    unit: 'ops',
    queries: [
      rateOf(foreignMetrics.rabbitmqPublished, 'published'),
      rateOf(foreignMetrics.rabbitmqConfirmed, 'confirmed'),
    ],
  },
  {
    title: 'Messages delivered by RabbitMQ per second',
    description:
      'Acknowledged after the commit of their effects. Redelivered: their consumer ended, or gave ' +
      'them back.',
    unit: 'ops',
    queries: [
      rateOf(foreignMetrics.rabbitmqDelivered, 'delivered'),
      rateOf(foreignMetrics.rabbitmqAcknowledged, 'acknowledged'),
      rateOf(foreignMetrics.rabbitmqRedelivered, 'redelivered'),
    ],
  },
]
