import { Hono } from 'hono'
import type { Db } from '../db/schema.ts'
import { createLeases } from '../db/work/leases.ts'
import type { Accept } from '../functions/bindings.ts'
import type { Announcement } from '../functions/messaging/event.ts'
import type { EventName } from '../model/messages.ts'
import type { FunctionName } from '../model/services.ts'
import { loadAcceptor } from '../runtime/apps.ts'
import { onError } from '../runtime/http/errors.ts'
import { createTestDatabase } from './database.ts'
import { postJson } from './in-process.ts'
import { untilLeasesExpire } from './leases.ts'

/** Runs the work in a transaction of `db`, and records what it announces once that is committed. */
function recording(db: Db, announced: Announcement[]): Accept<EventName> {
  return async (work) => {
    const { answer, publish = [] } = await db.transaction().execute(work)
    announced.push(...publish)
    return answer
  }
}

/** What accepts the requests of a function, in this process, with a database of its own. */
export async function createAcceptance(name: FunctionName) {
  const { db, drop } = await createTestDatabase()
  const leases = createLeases({ db })
  const announced: Announcement[] = []
  const bindings = {
    db,
    leases,
    draining: new AbortController().signal,
    accept: recording(db, announced),
    store: async (announcement: Announcement) => void announced.push(announcement),
    RETENTION_HOURS: 24,
    PAYMENT_OUTCOME: 'fail',
  }
  const acceptor = await loadAcceptor(name)
  if (!acceptor) throw new Error(`The ${name} function accepts nothing`)
  // The host turns refusals into responses.
  const app = new Hono().route('/', acceptor)
  app.onError(onError)
  const ask = async (path: string, init: RequestInit = {}) => app.request(path, init, bindings)
  return {
    db,
    /** What was announced, with the changes that are committed. */
    announced,
    ask,
    /** The answer to a `POST`, or another method with a body; `replayed` if it had been kept. */
    async send(path: string, body: unknown, { method = 'POST', headers = {} } = {}) {
      const init = postJson(body)
      const sent = { ...(init.headers as Record<string, string>), ...headers }
      const response = await ask(path, { ...init, method, headers: sent })
      const answer = (await response.json()) as Record<string, string>
      const isReplayed = response.headers.has('idempotency-replayed')
      return { status: response.status, body: answer, ...(isReplayed && { replayed: true }) }
    },
    /** Makes all answered operations look as if their attempt had crashed before its answer. */
    async interrupt() {
      await untilLeasesExpire(db)
      const unanswered = { status: null, answer: null, lease_expires_at: new Date(0) }
      await db.updateTable('idempotency_keys').set(unanswered).execute()
    },
    async close() {
      leases.close()
      await drop()
    },
  }
}

export type Acceptance = Awaited<ReturnType<typeof createAcceptance>>
