/** How many messages wait in RabbitMQ: counted by it, and asked for on a channel of their own. */
import type { Channel } from 'rabbitmq-client'
import type { Link } from './link.ts'
import { within } from './within.ts'

// It answers within milliseconds. One that takes longer does not serve its messages either.
const answerMs = 1000

/** @throws the error of the connection or of the broker, or one that it does not answer */
export function createCounts(link: Link) {
  let channel: Channel | undefined

  async function countAll(queues: readonly string[]): Promise<Map<string, number>> {
    channel = channel?.active ? channel : await link.channel()
    const counts = new Map<string, number>()
    for (const queue of queues) {
      const { messageCount } = await channel.queueDeclare({ queue, passive: true })
      counts.set(queue, messageCount)
    }
    return counts
  }

  function giveUp(): never {
    void channel?.close()
    channel = undefined
    throw new Error('the broker does not answer')
  }

  return {
    /** The messages that are ready in each of some queues. */
    count: (queues: readonly string[]) => within(countAll(queues), answerMs, giveUp),
  }
}
