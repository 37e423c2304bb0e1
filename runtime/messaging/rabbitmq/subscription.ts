/** The subscription of a process to its queues: what RabbitMQ has pushed, and not heard the end of. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { AsyncMessage, Channel } from 'rabbitmq-client'
import type { Link } from './link.ts'

/** A message that is ours until it is acknowledged, or until its channel is closed. */
export type Held = { queue: string; message: AsyncMessage; channel: Channel }

export type SubscriptionOptions = {
  link: Link
  /** Declares the queues, if they are not there. */
  declare: () => Promise<void>
  /** How many messages of a queue are held at most. */
  prefetch: ReadonlyMap<string, number>
  /** Whether RabbitMQ delivers a message for the first time. */
  isFirst: (message: AsyncMessage) => boolean
  /** How many deliveries have to succeed before more than one message of a queue is held. */
  trials: number
  arrived: (held: Held) => void
  /** The channel is closed: RabbitMQ delivers again what was held. */
  lost: () => void
  logger: Logger
}

const againAfterMs = 500

/**
 * Subscribes to queues, and again when the connection was lost. All that is held counts as delivered
 * when the process ends: one message that ends it would take others with it each time. So one at a
 * time is held until one comes that nobody has had before, as those that came back are in front.
 */
export function createSubscription(options: SubscriptionOptions) {
  const { link, declare, prefetch, isFirst, trials, arrived, lost, logger } = options
  const queues = [...prefetch.keys()]
  const tags = new Map<string, string[]>()
  const closing = new AbortController()
  let channel: Channel | undefined
  let succeeded = 0
  let isPaused = false
  let problem: string | undefined = 'not subscribed yet'
  // Of the calls on a channel, one follows the other: a prefetch is that of the next subscription.
  let last: Promise<void> = Promise.resolve()

  const isWide = (queue: string) => (tags.get(queue) ?? []).length > 1

  /** Runs after the calls before it; a failure is that of the channel, which is then replaced. */
  function enqueue(work: () => Promise<void>): Promise<void> {
    last = last.then(work).catch((error: Error) => fail(error))
    return last
  }

  function fail({ message }: Error): void {
    problem = message
    if (!closing.signal.aborted) logger.warn(`cannot subscribe, trying again: ${message}`)
    if (channel?.active) void channel.close()
    else void reopen()
  }

  function receive(on: Channel, queue: string, message: AsyncMessage): void {
    if (on !== channel) return
    arrived({ queue, message, channel: on })
    if (!isWide(queue) && isFirst(message)) widen(queue)
  }

  async function consume(on: Channel, queue: string, prefetchCount: number): Promise<void> {
    await on.basicQos({ prefetchCount })
    const { consumerTag } = await on.basicConsume({ queue }, (message) =>
      receive(on, queue, message),
    )
    tags.set(queue, [...(tags.get(queue) ?? []), consumerTag])
  }

  /** A second subscription: the prefetch of the first cannot be changed. */
  function widen(queue: string): void {
    const more = (prefetch.get(queue) ?? 1) - 1
    if (more < 1) return
    void enqueue(async () => {
      if (channel?.active && !isPaused && tags.has(queue) && !isWide(queue))
        await consume(channel, queue, more)
    })
  }

  async function subscribe(on: Channel): Promise<void> {
    tags.clear()
    for (const queue of queues) await consume(on, queue, 1)
    problem = undefined
    if (succeeded >= trials) for (const queue of queues) widen(queue)
  }

  async function open(): Promise<void> {
    if (closing.signal.aborted || channel?.active || !link.isOpen()) return
    await declare()
    const opened = await link.channel()
    channel = opened
    opened.once('close', () => {
      tags.clear()
      problem ??= 'the subscription was lost'
      lost()
      void reopen()
    })
    opened.on('basic.cancel', () => fail(new Error('a queue was deleted')))
    if (!isPaused) await subscribe(opened)
  }

  async function reopen(): Promise<void> {
    await delay(againAfterMs, undefined, { signal: closing.signal }).catch(() => {})
    await enqueue(open)
  }

  async function cancel(): Promise<void> {
    const subscribed = [...tags.values()].flat()
    tags.clear()
    if (!channel?.active) return
    for (const consumerTag of subscribed) await channel.basicCancel({ consumerTag })
    // The library hands on a message after the frames behind it.
    await turn()
  }

  return {
    /** To be called when the connection is open. */
    open: () => enqueue(open),
    /** Why it does not hold messages of all queues. */
    problem: () => (isPaused ? undefined : problem),
    isPaused: () => isPaused,
    /** Takes no more, until `resume`; what is held is still ours. */
    async pause(): Promise<void> {
      isPaused = true
      await enqueue(cancel)
    },
    resume(): void {
      isPaused = false
      void enqueue(async () => {
        if (channel?.active && tags.size === 0) await subscribe(channel)
      })
    },
    /** Counts a delivery that has succeeded. */
    succeed(): void {
      if (++succeeded === trials) for (const queue of queues) widen(queue)
    },
    /** Its connection is closed next: what the broker does not answer is over then. */
    close(): void {
      closing.abort()
      void channel?.close()
    },
  }
}

export type Subscription = ReturnType<typeof createSubscription>

/** Ends a held message in RabbitMQ, if it is still ours: otherwise it comes again. */
export function acknowledge({ channel, message }: Held): void {
  if (channel.active) channel.basicAck({ deliveryTag: message.deliveryTag })
}
