import type { Logger } from 'pino'
import { holdInstanceLock } from '../../db/instances.ts'
import type { Db } from '../../db/schema.ts'
import { startRounds } from './rounds.ts'

export type InstanceOptions = {
  /** How others know this instance. */
  id: number
  /** The one connection that holds the lock. */
  db: Db
  logger: Logger
  /** Resolves when the database has the newest schema. */
  prepared: Promise<unknown>
}

export type Instance = {
  /** Whether others have seen it alive. */
  isKnown: () => boolean
  /** Resolves when they do for the first time. */
  firstKnown: Promise<void>
  close: () => Promise<void>
}

// db/instances.ts relies on it.
const renewalMs = 1000

/** Lets others see that this instance lives, so that they leave its unfinished work alone. */
export function openInstance({ id, db, logger, prepared }: InstanceOptions): Instance {
  const first = Promise.withResolvers<void>()
  let known = false
  const { close } = startRounds({
    after: prepared,
    everyMs: renewalMs,
    async round() {
      await holdInstanceLock(db, id)
      known = true
      first.resolve()
    },
    onError: (err) =>
      logger.warn({ err }, 'others cannot see that this instance lives, trying again'),
  })
  return { isKnown: () => known, firstKnown: first.promise, close }
}
