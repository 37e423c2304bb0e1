/** How requests are accepted: with their messages in one transaction, or many messages at once. */

import type { Db } from '../../db/schema.ts'
import type { AcceptBindings } from '../../functions/bindings.ts'
import type { Announcement } from '../../functions/messaging/event.ts'
import type { FunctionName } from '../../model/services.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Publisher, Sealed } from './publisher.ts'

export type AcceptanceOptions = {
  db: Db
  /** How long messages wait for a connection, in milliseconds. */
  timeoutMs: number
  publisher: Publisher
  /** Gives the connection for messages that announce no change, if they need one. */
  connect: (work: (db: Db) => Promise<void>) => Promise<void>
  /** Called when messages are committed. */
  committed: () => void
  /** @throws HttpError 503 if too many messages wait */
  refuse: () => void
}

type Work = { answer: unknown; publish?: readonly Announcement[] }

/** What `accept.ts` of a function gets in `c.env`. */
export function createAcceptance(options: AcceptanceOptions) {
  const { db, timeoutMs, publisher, connect, committed, refuse } = options
  const commit = (take: () => Sealed[]) =>
    connect(async (connection) => {
      const sealed = take()
      if (sealed.length > 0) await publisher.storeAlone(connection, sealed)
    })
  const group = createGroupCommit({ timeoutMs, commit })

  async function accept(work: (db: Db) => Promise<Work>): Promise<unknown> {
    refuse()
    const accepted = await db.transaction().execute(async (transaction) => {
      const { answer, publish = [] } = await work(transaction)
      if (publish.length > 0) await publisher.publish(transaction, publish)
      return answer
    })
    committed()
    return accepted
  }

  async function store(announcement: Announcement): Promise<void> {
    refuse()
    const start = performance.now()
    const sealed = publisher.seal(announcement)
    await group.add(sealed)
    publisher.record(sealed, start)
  }

  // The function's table checks its own events; here the type is that of any.
  return { accept, store } as unknown as Pick<AcceptBindings<FunctionName>, 'accept' | 'store'>
}
