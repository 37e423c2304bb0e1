import { Kysely } from 'kysely'
import pg, { type PoolClient } from 'pg'
import type { Database, Db } from '../schema.ts'
import { UnlockedDialect } from './dialect.ts'
import { openSession, type Session } from './session.ts'
import { codeOf, DatabaseUnavailableError } from './unavailable.ts'

export type ConnectOptions = {
  /** `postgresql://user:password@host:port/database` */
  url: string
  /** Largest number of connections. */
  max?: number
  /** How long a query waits for a connection, in milliseconds. */
  timeoutMs?: number
  /** How long idle connections stay open, except one, in milliseconds; 0 means forever. */
  idleTimeoutMs?: number
  /** How long one statement may run, lock waits included, in milliseconds. */
  statementTimeoutMs?: number
  /** Parses and plans each statement once per connection, not each time. */
  keepPlans?: boolean
  /**
   * Aborts if the result of the query is no longer needed; the query then stops waiting for a
   * connection.
   */
  leaving?: () => AbortSignal | undefined
  /** Called with each query's wait for a connection, in milliseconds. */
  onAcquire?: (milliseconds: number) => void
  /** Called with each query's duration, in milliseconds, and its SQL with placeholders. */
  onQuery?: (milliseconds: number, sql: string) => void
  /** Called with each new connection, before its first query. */
  onOpen?: (client: PoolClient) => Promise<void>
  /** Called when a connection breaks. The pool replaces it. */
  onLost?: (error: Error) => void
}

export type Connection = {
  db: Db
  pool: pg.Pool
  /** Replaces each open connection before its next query. */
  renew: () => void
  close: () => Promise<void>
}

// "Read-only SQL transaction". https://www.postgresql.org/docs/current/errcodes-appendix.html
const readOnlyCode = '25006'

// Firewalls and balancers forget a silent connection after some minutes: its next query would get no
// answer.
const probeAfterMs = 30_000

/** Opens a bounded pool, lazily: nothing connects before the first query. */
export function connect({
  url,
  max = 10,
  timeoutMs = 5000,
  idleTimeoutMs = 60_000,
  statementTimeoutMs = 30_000,
  keepPlans = false,
  leaving = () => undefined,
  onAcquire = () => {},
  onQuery = () => {},
  onOpen = async () => {},
  onLost = () => {},
}: ConnectOptions): Connection {
  const sessions = new WeakMap<pg.PoolClient, Session>()
  const pool = new pg.Pool({
    connectionString: url,
    max,
    // The first request after a rest would wait for a new connection.
    min: 1,
    keepAlive: true,
    keepAliveInitialDelayMillis: probeAfterMs,
    connectionTimeoutMillis: timeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    application_name: 'lockstep',
    onConnect: async (connected) => {
      const client = connected as pg.PoolClient
      sessions.set(client, await openSession(client, { timeoutMs, statementTimeoutMs, keepPlans }))
      await onOpen(client)
    },
  })
  // Without a listener, a broken connection ends the process. The pool's is for idle connections, a
  // client's for acquired ones.
  pool.on('error', onLost)
  pool.on('connect', (client) => client.on('error', onLost))
  // A session opened on a read-only server may stay read-only after the server accepts writes
  // again.
  let renewedAt = 0
  const renew = () => {
    renewedAt = performance.now()
  }
  const acquire = async (): Promise<Session> => {
    const client = await pool.connect()
    const session = sessions.get(client)
    if (session && session.openedAt >= renewedAt) return session
    client.release(true)
    return acquire()
  }
  const timedPool = {
    options: pool.options,
    async connect() {
      const start = performance.now()
      const client = await unlessLeft(acquire(), leaving()).catch((cause: Error) => {
        if (cause.name === 'AbortError') throw cause
        throw new DatabaseUnavailableError(cause.message, { cause })
      })
      onAcquire(performance.now() - start)
      return client
    },
    end: () => pool.end(),
  }
  const db = new Kysely<Database>({
    dialect: new UnlockedDialect({ pool: timedPool }),
    log: (event) => {
      onQuery(event.queryDurationMillis, event.query.sql)
      if (event.level === 'error' && codeOf(event.error) === readOnlyCode) renew()
    },
  })
  return { db, pool, renew, close: () => db.destroy() }
}

/**
 * Waits for a connection until `signal` aborts. A connection that comes later returns to the pool.
 */
function unlessLeft(coming: Promise<Session>, signal: AbortSignal | undefined): Promise<Session> {
  if (!signal) return coming
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(new DOMException('given up while waiting for a connection', 'AbortError'))
      coming.then(
        (client) => client.release(),
        () => {},
      )
    }
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave)
    coming.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
