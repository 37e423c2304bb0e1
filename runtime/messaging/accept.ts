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
  /** @throws HttpError 503 if too many messages wait */
  refuse: () => void
}

type Work = { answer: unknown; publish?: readonly Announcement[] }

/** What `accept.ts` of a function gets in `c.env`. */
export function createAcceptance({ db, timeoutMs, publisher, refuse }: AcceptanceOptions) {
  const commit = (take: () => Sealed[]) =>
    db.connection().execute(async (connection) => {
      const sealed = take()
      if (sealed.length > 0) await publisher.store(connection, sealed)
    })
  const group = createGroupCommit({ timeoutMs, commit })

  async function accept(work: (db: Db) => Promise<Work>): Promise<unknown> {
    refuse()
    return db.transaction().execute(async (transaction) => {
      const { answer, publish = [] } = await work(transaction)
      if (publish.length > 0) await publisher.publish(transaction, publish)
      return answer
    })
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
