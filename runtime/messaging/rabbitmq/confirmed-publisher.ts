/** Publishes messages that RabbitMQ confirms, or that have failed. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Channel } from 'rabbitmq-client'
import type { AmqpMessage } from './amqp-message.ts'
import type { Link } from './link.ts'
import { within } from './within.ts'

/** A message, and where it goes. */
export type Outgoing = AmqpMessage & {
  /** Empty: the queue that the routing key names. */
  exchange?: string
  routingKey: string
}

/** Why a message was not confirmed; `undefined` if it was. */
export type Outcome = Error | undefined

/** No queue takes the message, though the broker confirms it. */
export class UnroutableError extends Error {
  override name = 'UnroutableError'
}

/** A message may be published nevertheless. */
export class UnconfirmedError extends Error {
  override name = 'UnconfirmedError'
}

const keyOf = ({ routingKey, messageId }: { routingKey: string; messageId?: string | undefined }) =>
  `${routingKey} ${messageId ?? ''}`

export function createConfirmedPublisher(link: Link) {
  let channel: Promise<Channel> | undefined
  const returned = new Map<string, number>()

  async function open(): Promise<Channel> {
    const opened = await link.channel()
    await opened.confirmSelect()
    opened.on('basic.return', (message) => {
      const key = keyOf(message)
      returned.set(key, 1 + (returned.get(key) ?? 0))
    })
    return opened
  }

  function wasReturned(key: string): boolean {
    const count = returned.get(key) ?? 0
    if (count > 1) returned.set(key, count - 1)
    else returned.delete(key)
    return count > 0
  }

  async function current(): Promise<Channel> {
    if (channel && (await channel.catch(() => undefined))?.active) return channel
    channel = open()
    return channel
  }

  async function publishOne(on: Channel, outgoing: Outgoing): Promise<Outcome> {
    const { properties, body, exchange = '', routingKey } = outgoing
    try {
      await on.basicPublish({ ...properties, exchange, routingKey, mandatory: true }, body)
    } catch (error) {
      return error as Error
    }
    // The library tells of a returned message after its confirmation.
    await turn()
    const { messageId } = properties
    return wasReturned(keyOf({ routingKey, messageId }))
      ? new UnroutableError(`there is no queue ${routingKey}`)
      : undefined
  }

  async function publishAll(messages: readonly Outgoing[]): Promise<Outcome[]> {
    try {
      const on = await current()
      return await Promise.all(messages.map((message) => publishOne(on, message)))
    } catch (error) {
      return messages.map(() => error as Error)
    }
  }

  return {
    /**
     * Publishes messages once; never throws.
     * @param limitMs what is not confirmed by then has failed; it may be published nevertheless
     */
    async publish(messages: readonly Outgoing[], limitMs: number): Promise<Outcome[]> {
      const fail = (error: Error) => messages.map(() => error)
      if (!link.isReady()) return fail(new Error(link.problem()))
      const late = () => fail(new UnconfirmedError('the broker does not confirm'))
      return within(publishAll(messages), limitMs, late)
    },
  }
}
