/** The queues and exchanges of the lab in RabbitMQ. */
import type { Channel } from 'rabbitmq-client'
import {
  deadLettersOf,
  eventNames,
  exchanges,
  type QueueName,
  queueNames,
  queuesOf,
} from '../../../model/messages.ts'
import { explainDeclaration } from './broker-problem.ts'
import type { Link } from './link.ts'

/**
 * The waits before a failed message is delivered again, in milliseconds, each with an exchange and a
 * queue that all others share: a message leaves it for the queue that its routing key names. One
 * queue for all waits would be blocked by the longest at its head.
 */
export const retryWaits = [100, 1000, 5000] as const

export const retryName = (waitMs: number): string => `retry.${waitMs}`

// Ours comes before, with its reason: this is for what ends each consumer before it can count.
const deliveryLimit = 20

const quorum = { 'x-queue-type': 'quorum' }

/** Leaves the queue for another one, and is not lost in between. */
const deadLettering = {
  'x-dead-letter-exchange': '',
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
}

const argumentsOf = (queue: QueueName) => ({
  ...quorum,
  ...deadLettering,
  'x-dead-letter-routing-key': deadLettersOf(queue),
  'x-delivery-limit': deliveryLimit,
})

type Step = { what: string; declare: (channel: Channel) => Promise<unknown> }

const queueStep = (queue: string, args: object): Step => ({
  what: `queue ${queue}`,
  declare: (channel) => channel.queueDeclare({ queue, durable: true, arguments: args }),
})

const exchangeStep = (exchange: string): Step => ({
  what: `exchange ${exchange}`,
  declare: (channel) => channel.exchangeDeclare({ exchange, type: 'fanout', durable: true }),
})

const bindingStep = (queue: string, exchange: string): Step => ({
  what: `binding of ${queue} to ${exchange}`,
  declare: (channel) => channel.queueBind({ queue, exchange }),
})

const retries = retryWaits.flatMap((waitMs) => {
  const name = retryName(waitMs)
  const args = { ...quorum, ...deadLettering, 'x-message-ttl': waitMs }
  return [exchangeStep(name), queueStep(name, args), bindingStep(name, name)]
})

/** Messages of other publishers may come by an exchange; ours are routed to each queue. */
const fanouts = eventNames.flatMap((event) => {
  const exchange = exchanges[event]
  if (!exchange) return []
  return [exchangeStep(exchange), ...queuesOf(event).map((queue) => bindingStep(queue, exchange))]
})

const steps: readonly Step[] = [
  ...queueNames.flatMap((queue) => [
    queueStep(deadLettersOf(queue), quorum),
    queueStep(queue, argumentsOf(queue)),
  ]),
  ...retries,
  ...fanouts,
]

/**
 * Declares all queues and exchanges, which changes nothing about those that are there.
 * @param unusable called with the reason if one of them can never be declared
 * @throws BrokerProblem that names the first one that cannot be declared
 */
export async function declareTopology(
  link: Link,
  unusable: (reason: string) => void = () => {},
): Promise<void> {
  const channel = await link.channel()
  try {
    for (const { what, declare } of steps)
      await declare(channel).catch((error) => {
        const problem = explainDeclaration(error, what)
        if (problem.permanent) unusable(problem.message)
        throw problem
      })
  } finally {
    void channel.close()
  }
}

/** All queues, those of retries and dead letters included. */
export const allQueues: readonly string[] = [
  ...queueNames,
  ...queueNames.map(deadLettersOf),
  ...retryWaits.map(retryName),
]
