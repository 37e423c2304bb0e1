/** The side of a process that consumes from RabbitMQ. */
import { deadLettersOf, type QueueName } from '../../../model/messages.ts'
import type { Broker } from '../broker.ts'
import { deliveryOf } from './amqp-message.ts'
import { createHeldMessages, type HeldMessagesOptions } from './held-messages.ts'
import { createLink, type LinkOptions } from './link.ts'
import { createSubscription, type Subscription } from './subscription.ts'
import { declareTopology } from './topology.ts'

export type ConsumingOptions = Omit<HeldMessagesOptions, 'subscription' | 'stored'> & {
  link: LinkOptions
  /** Deliveries at once. */
  slots: number
  /** How many messages of a queue are one delivery at most. */
  batchOf: (queue: QueueName) => number
}

/** Two deliveries of a batch, so that one is there when the other is done. */
const prefetchOf = (batch: number, slots: number) => (batch > 1 ? 2 * batch : slots)

export function createConsuming(options: ConsumingOptions) {
  const { queues, slots, batchOf } = options
  const { logger, unusable } = options.link
  let stored: (queue: QueueName) => void = () => {}
  let isListening = false

  const link = createLink({ ...options.link, opened: () => isListening && subscription.open() })
  const held = createHeldMessages({
    ...options,
    subscription: () => subscription,
    stored: (queue) => stored(queue),
  })

  const prefetch = new Map([
    ...queues.map((queue) => [queue, prefetchOf(batchOf(queue), slots)] as const),
    ...queues.map((queue) => [deadLettersOf(queue), 1] as const),
  ])
  const subscription: Subscription = createSubscription({
    ...{ link, prefetch, trials: slots, logger },
    declare: () => declareTopology(link, unusable),
    isFirst: (message) => deliveryOf(message) === 1,
    arrived: held.arrive,
    lost: held.forget,
  })

  return {
    claims: held.claims,
    /** Takes messages from now on. */
    async listen(hint: Parameters<Broker['listen']>[0]): Promise<void> {
      stored = hint
      isListening = true
      await subscription.open()
    },
    /** Why nothing is consumed. */
    problem: () => link.problem() ?? subscription.problem(),
    async close(): Promise<void> {
      subscription.close()
      await link.close()
    },
  }
}

export type Consuming = ReturnType<typeof createConsuming>
