import { queueNames } from '../../model/messages.ts'
import { metrics } from '../../model/metrics.ts'
import type { Panel, Query } from './panel.ts'
import { interval, quantileOf } from './queries.ts'

// A legend of all queues has more than eleven rows.
const height = queueNames.length - 2

/** A gauge of each queue. An instance that counted it before another one may still tell of it. */
const perQueue = (metric: string): Query[] => [
  { expr: `max by (queue) (${metric})`, legend: '{{queue}}' },
]

const perSecond = (metric: string, by: string): Query[] => [
  { expr: `sum by (${by}) (rate(${metric}${interval}))`, legend: `{{${by}}}` },
]

const ageOf = (share: number): Query[] => [
  {
    expr: quantileOf(share, `${metrics.messageAge.name}_bucket`, '(queue, le)'),
    legend: '{{queue}}',
    optional: true,
  },
]

/** Messages from their publication to the end of their last delivery. */
export const messages: Panel[] = [
  {
    title: 'Backlog per queue',
    description:
      'Messages that wait, that are handled, or that are to be retried. It grows while more is ' +
      'accepted than is done; at BACKLOG_LIMIT, requests are refused with 503. The axis is ' +
      'logarithmic above 1.',
    unit: 'short',
    scale: 'symlog',
    height,
    queries: perQueue(metrics.messagesBacklog.name),
  },
  {
    title: 'Age of the oldest message per queue',
    description:
      'How far the consumers of a queue are behind. Without a consumer, it grows by a second per ' +
      'second.',
    unit: 's',
    height,
    queries: perQueue(metrics.messagesOldest.name),
  },
  {
    title: 'Published messages per second',
    description: 'Messages that were stored together with the change that they announce, by event.',
    unit: 'ops',
    height,
    queries: perSecond(metrics.messagesPublished.name, 'type'),
  },
  {
    title: 'Time to publish',
    description: 'How long it takes to store the messages of one request or delivery.',
    unit: 's',
    queries: [0.5, 0.95].map((share) => ({
      expr: quantileOf(share, `${metrics.publishDuration.name}_bucket`, '(le)'),
      legend: `p${share * 100}`,
    })),
  },
  {
    title: 'Deliveries by outcome',
    description:
      'Deliveries per second: done; duplicate, which the inbox absorbed; retry, after a backoff; ' +
      'dead, which was given up.',
    unit: 'ops',
    queries: perSecond(metrics.messagesHandled.name, 'outcome'),
  },
  {
    title: 'Deliveries in progress per queue',
    description: 'Deliveries of a service share its slots: at most CONCURRENCY per container.',
    unit: 'short',
    height,
    queries: [{ expr: `sum by (queue) (${metrics.messagesInFlight.name})`, legend: '{{queue}}' }],
  },
  {
    title: 'Redeliveries per queue',
    description:
      'Deliveries per second that were not the first of their message: it failed before, or its ' +
      'consumer ended.',
    unit: 'ops',
    height,
    queries: perSecond(metrics.messagesRedelivered.name, 'queue'),
  },
  {
    title: 'Dead letters per queue',
    description: 'Messages that were given up: `npm run dead` lists them, with the reason.',
    unit: 'short',
    steps: true,
    height,
    queries: perQueue(metrics.deadLetters.name),
  },
  {
    title: 'Median age of handled messages per queue',
    description:
      'From the event to the end of its delivery, the wait in the queue included. The axis is ' +
      'logarithmic.',
    unit: 's',
    scale: 'log',
    height,
    queries: ageOf(0.5),
  },
  {
    title: 'P95 age of handled messages per queue',
    description: '95 % of the messages were handled within this time after their event.',
    unit: 's',
    scale: 'log',
    height,
    queries: ageOf(0.95),
  },
]
