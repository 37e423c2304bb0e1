/** Publishes what was stored with a change: the outbox of a broker that is not the database. */
import type { Logger } from 'pino'
import type { Db } from '../../db/schema.ts'
import { deleteStored, type Stored, takeStored } from '../../db/work/outbox.ts'
import { createWaker } from './waker.ts'

export type RelayOptions = {
  /** A connection of its own: on those of the function, it would wait for deliveries. */
  db: Db
  isReady: () => boolean
  /** Publishes messages; tells of each whether it was confirmed. */
  publish: (stored: readonly Stored[]) => Promise<boolean[]>
  logger: Logger
}

const batch = 200
// Those of a process that was killed, and those that were put back.
const lookMs = 1000
const failedMs = 250

/** Each process publishes what it has stored as soon as that is committed. */
export function createRelay({ db, isReady, publish, logger }: RelayOptions) {
  const waker = createWaker()
  let isClosing = false
  let problem: string | undefined

  const publishOnce = (): Promise<'all' | 'more' | 'failed'> =>
    db.transaction().execute(async (transaction) => {
      const stored = await takeStored(transaction, batch)
      if (stored.length === 0) return 'all'
      const confirmed = await publish(stored)
      const published = stored.filter((_, index) => confirmed[index])
      if (published.length > 0) await deleteStored(transaction, published)
      if (published.length < stored.length) return 'failed'
      return stored.length === batch ? 'more' : 'all'
    })

  function complain(err: Error): 'failed' {
    if (!problem) logger.warn({ err }, 'cannot publish what was stored, retrying')
    problem = err.message || String(err)
    return 'failed'
  }

  async function run(): Promise<void> {
    while (!isClosing) {
      const end = isReady() ? await publishOnce().catch(complain) : 'all'
      if (end !== 'failed') problem = undefined
      if (end === 'more') continue
      await waker.wait(end === 'failed' ? failedMs : lookMs)
    }
  }
  const running = run()

  return {
    /** Publishes what has just been committed. */
    wake: waker.wake,
    /** Publishes once more; what is left is published by another instance. */
    async close(): Promise<void> {
      isClosing = true
      waker.wake()
      await running
      if (isReady()) await publishOnce().catch(complain)
    },
  }
}
