/** How many messages wait in RabbitMQ: counted by it, and asked for on a channel of their own. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Channel } from 'rabbitmq-client'
import type { Link } from './link.ts'

// It answers within milliseconds. One that takes longer does not serve its messages either.
const answerMs = 1000

class SilentError extends Error {}

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

  return {
    /** The messages that are ready in each of some queues. */
    async count(queues: readonly string[]): Promise<Map<string, number>> {
      const limit = new AbortController()
      const silent = delay(answerMs, undefined, { signal: limit.signal }).then(() => {
        channel = undefined
        throw new SilentError('the broker does not answer')
      })
      silent.catch(() => {})
      return Promise.race([countAll(queues), silent]).finally(() => limit.abort())
    },
  }
}

export type Counts = ReturnType<typeof createCounts>
