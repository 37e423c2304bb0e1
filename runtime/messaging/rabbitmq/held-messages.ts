/** Takes messages from those that RabbitMQ has pushed, and settles them. */
import { deadLettersOf, type QueueName } from '../../../model/messages.ts'
import type { Config } from '../../settings/config.ts'
import type { Broker, Taken } from '../broker.ts'
import { idOfText } from '../message-id.ts'
import { lastDelivery, queueOptions } from '../queue-options.ts'
import { copyOf, deliveryOf, fromAmqp } from './amqp-message.ts'
import type { Outgoing } from './confirmed-publisher.ts'
import type { Publishing } from './publishing.ts'
import { acknowledge, type Held, type Subscription } from './subscription.ts'
import { retryName, retryWaits } from './topology.ts'
import { within } from './within.ts'

export type HeldMessagesOptions = {
  config: Config
  /** The queues that are consumed. */
  queues: readonly QueueName[]
  publish: Publishing['publish']
  subscription: () => Subscription
  /** Called when a message may be taken. */
  stored: (queue: QueueName) => void
  /** @throws the error of the database, if it cannot be used */
  askDatabase: () => Promise<unknown>
}

/** How long RabbitMQ may take to confirm, in milliseconds. */
export const confirmMs = 3000

// What was not given back then comes again when the connection is closed.
const leaveMs = 1000

const deathOf = (headers: Record<string, unknown>): string =>
  String(headers['x-first-death-reason'] ?? 'rejected')

/** The exchange of the wait after so many failed deliveries. */
const retryAfter = (failed: number): string =>
  retryName(retryWaits[Math.min(failed, retryWaits.length) - 1] ?? retryWaits[0])

export function createHeldMessages(options: HeldMessagesOptions) {
  const { config, queues, publish, subscription, stored, askDatabase } = options
  const consumed = new Map<string, QueueName>(
    queues.flatMap((queue) => [
      [queue, queue],
      // What RabbitMQ gave up becomes a dead letter like any other.
      [deadLettersOf(queue), queue],
    ]),
  )
  const waiting = new Map<QueueName, Held[]>(queues.map((queue) => [queue, []]))
  let aside: Held[] = []
  let isLeaving = false
  const heldBy = new WeakMap<Taken, Held>()

  const queueOf = (held: Held) => consumed.get(held.queue) as QueueName
  const waitingIn = (queue: QueueName) => waiting.get(queue) ?? []

  function takenOf(held: Held): Taken {
    const queue = queueOf(held)
    const takenMs = performance.now()
    const deadlineMs = takenMs + queueOptions(queue, config).expireInSeconds * 1000
    const { messageId, headers = {} } = held.message
    const read = fromAmqp(held.message)
    const key = messageId ?? idOfText(queue, JSON.stringify(read.message))
    const given = held.queue !== queue && {
      delivery: Math.max(read.delivery, lastDelivery),
      failure: `RabbitMQ gave it up (${deathOf(headers)})`,
    }
    const taken = { ...read, ...given, queue, key, takenMs, deadlineMs }
    heldBy.set(taken, held)
    return taken
  }

  const heldOf = (taken: readonly Taken[]) =>
    taken.map((one) => heldBy.get(one)).filter((held) => held?.channel.active) as Held[]

  function keep(held: Held): void {
    waitingIn(queueOf(held)).push(held)
    stored(queueOf(held))
  }

  /** Publishes copies and acknowledges what was confirmed; what was not is still ours. */
  async function replace(held: readonly Held[], copies: readonly Outgoing[]): Promise<Held[]> {
    const outcomes = await publish(copies, confirmMs)
    held.filter((_, index) => !outcomes[index]).forEach(acknowledge)
    return held.filter((_, index) => outcomes[index])
  }

  /** Puts messages back into their queues uncounted; by a rejection they would be counted. */
  async function putBack(held: readonly Held[]): Promise<void> {
    const owned = held.filter(({ channel }) => channel.active)
    if (owned.length === 0) return
    const copies = owned.map((one) => {
      const failed = deliveryOf(one.message) - 1
      return { ...copyOf(one.message, { failed }), routingKey: one.queue }
    })
    for (const left of await replace(owned, copies)) keep(left)
  }

  function empty(): Held[] {
    const all = [...waiting.values()].flatMap((held) => held.splice(0))
    return [...all, ...aside.splice(0)]
  }

  async function leave(): Promise<void> {
    isLeaving = true
    await subscription().pause()
    await putBack(empty())
  }

  const claims = {
    async take(queue, most) {
      return waitingIn(queue).splice(0, most).map(takenOf)
    },
    // Nothing else may be held, or it would be counted when this one ends its process.
    async takeSuspect(queue) {
      const index = aside.findIndex((held) => queueOf(held) === queue)
      const [suspect] = index < 0 ? [] : aside.splice(index, 1)
      if (!suspect) {
        if (subscription().isPaused()) subscription().resume()
        return undefined
      }
      await subscription().pause()
      await putBack(empty())
      return takenOf(suspect)
    },
    async peek(asked) {
      const isAside = (queue: QueueName) => aside.some((held) => queueOf(held) === queue)
      const isPaused = subscription().isPaused()
      return asked.map((queue) => ({
        queue,
        ready: waitingIn(queue).length > 0,
        suspect: isAside(queue) || isPaused,
      }))
    },
    async setAside(taken) {
      aside.push(...heldOf(taken))
    },
    // They are still ours, so that a delivery which failed with the database is no attempt.
    async giveBack(taken) {
      if (isLeaving) return putBack(heldOf(taken))
      await askDatabase()
      for (const held of heldOf(taken)) keep(held)
    },
    // The inbox tells whether another one has handled it meanwhile.
    finish: async () => true,
    acknowledge(taken) {
      for (const held of heldOf(taken)) {
        acknowledge(held)
        subscription().succeed()
      }
    },
    async retry(taken, reason) {
      const [held] = heldOf([taken])
      if (!held) return
      const failed = taken.delivery
      const copy = copyOf(held.message, { failed, failure: reason.slice(0, longestFailure) })
      const outgoing = { ...copy, exchange: retryAfter(failed), routingKey: taken.queue }
      const [left] = await replace([held], [outgoing])
      if (left) throw new Error('the broker did not confirm')
    },
    unsubscribe: () => within(leave(), leaveMs, () => {}),
  } satisfies Partial<Broker>

  return {
    claims,
    arrive: keep,
    /** Forgets what RabbitMQ delivers again. */
    forget(): void {
      for (const held of waiting.values()) held.splice(0)
      aside = []
    },
  }
}

// It travels in a header, whose frame has a limit.
const longestFailure = 500
