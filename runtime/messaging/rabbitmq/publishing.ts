/** The side of a process that publishes to RabbitMQ. */
import { setTimeout as delay } from 'node:timers/promises'
import { HttpError } from '../../../functions/http/refusal.ts'
import { queueNames } from '../../../model/messages.ts'
import {
  createConfirmedPublisher,
  type Outcome,
  type Outgoing,
  UnconfirmedError,
  UnroutableError,
} from './confirmed-publisher.ts'
import { createCounts } from './counts.ts'
import { createLink, type LinkOptions } from './link.ts'
import { declareTopology } from './topology.ts'

// A request is refused within a second if the broker is away.
const requestMs = 700
const probeMs = 500

export function createPublishing(options: LinkOptions) {
  const link = createLink(options)
  const publisher = createConfirmedPublisher(link)
  const { count } = createCounts(link)
  const closing = new AbortController()
  // A broker that hangs keeps its connections open.
  let silence: string | undefined

  const fail = (error: Error) => {
    silence = error.message
  }
  let declaring: Promise<void> | undefined
  /** Declares a queue whose consumer has not been there yet, or that was deleted, and all others. */
  function declare(): Promise<void> {
    declaring ??= declareTopology(link, options.unusable)
      .catch(fail)
      .finally(() => {
        declaring = undefined
      })
    return declaring
  }

  async function ask(): Promise<void> {
    try {
      await count(queueNames.slice(0, 1))
      silence = undefined
    } catch (error) {
      fail(error as Error)
      if ((error as { code?: string }).code === 'NOT_FOUND') await declare()
    }
  }

  async function probe(): Promise<void> {
    while (!closing.signal.aborted) {
      if (link.isOpen()) await ask()
      await delay(probeMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }
  const probing = probe()

  const problem = () => link.problem() ?? silence

  async function publish(messages: readonly Outgoing[], limitMs: number): Promise<Outcome[]> {
    const outcomes = await publisher.publish(messages, limitMs)
    const late = outcomes.find((outcome) => outcome instanceof UnconfirmedError)
    if (late) fail(late)
    // A request does not wait for it: it has a second.
    if (outcomes.some((outcome) => outcome instanceof UnroutableError)) void declare()
    return outcomes
  }

  return {
    /** Why nothing can be published. */
    problem,
    /** @throws the error of the broker, or one that it does not answer */
    count,
    publish,
    /**
     * Publishes for a request that waits for it.
     * @throws HttpError 503 if not all are confirmed within a second; they may be published
     */
    async publishNow(messages: readonly Outgoing[]): Promise<void> {
      const known = problem()
      const outcomes = known ? [new Error(known)] : await publish(messages, requestMs)
      const cause = outcomes.find((outcome) => outcome !== undefined)
      if (!cause) return
      const code = 'broker_unavailable'
      throw new HttpError(503, 'The broker is unavailable, try again later', { code, cause })
    },
    async close(): Promise<void> {
      closing.abort()
      await probing
      await link.close()
    },
  }
}

export type Publishing = ReturnType<typeof createPublishing>
