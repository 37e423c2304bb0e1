import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database, Db } from './schema.ts'
import { codeOf, DatabaseUnavailableError } from './unavailable.ts'

export type ConnectOptions = {
  /** `postgresql://user:password@host:port/database` */
  url: string
  /** Connections at most. */
  max?: number
  /** How long a query waits for a connection, in milliseconds. */
  timeoutMs?: number
  /** How long a connection stays open that nobody uses, in milliseconds; 0 is for ever. */
  idleTimeoutMs?: number
  /** How long one statement may run, lock waits included, in milliseconds. */
  statementTimeoutMs?: number
  /** Aborts if nobody is interested any more in the query that asks for a connection, which then waits no longer for it. */
  leaving?: () => AbortSignal | undefined
  /** Told how long each query waited for its connection, in milliseconds. */
  onAcquire?: (milliseconds: number) => void
  /** Told how long each query took, in milliseconds, and its SQL with placeholders. */
  onQuery?: (milliseconds: number, sql: string) => void
  /** Told when a connection breaks; the pool replaces it by itself. */
  onLost?: (error: Error) => void
}

export type Connection = {
  db: Db
  pool: pg.Pool
  /** Replaces connections that are open now before they serve another query. */
  renew: () => void
  close: () => Promise<void>
}

// "Read-only SQL transaction". https://www.postgresql.org/docs/current/errcodes-appendix.html
const readOnlyCode = '25006'

/** Opens a bounded pool, lazily: nothing connects before the first query. */
export function connect({
  url,
  max = 10,
  timeoutMs = 5000,
  idleTimeoutMs = 10_000,
  statementTimeoutMs = 30_000,
  leaving = () => undefined,
  onAcquire = () => {},
  onQuery = () => {},
  onLost = () => {},
}: ConnectOptions): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: timeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    application_name: 'lockstep',
    // As a statement: poolers such as PgBouncer refuse it as a parameter of the connection.
    onConnect: async (client) =>
      void (await client.query(`set statement_timeout = ${statementTimeoutMs}`)),
  })
  // Without listeners, a connection that breaks would end the process: the pool's own is for idle ones, a client's for those
  // that are held.
  pool.on('error', onLost)
  const openedAt = new WeakMap<pg.PoolClient, number>()
  pool.on('connect', (client) => {
    openedAt.set(client, performance.now())
    client.on('error', onLost)
  })
  // A session that was opened while the server was read-only may stay so when the server no longer is.
  let renewedAt = 0
  const renew = () => {
    renewedAt = performance.now()
  }
  const acquire = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect()
    if ((openedAt.get(client) ?? 0) >= renewedAt) return client
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
    dialect: new PostgresDialect({ pool: timedPool }),
    log: (event) => {
      onQuery(event.queryDurationMillis, event.query.sql)
      if (event.level === 'error' && codeOf(event.error) === readOnlyCode) renew()
    },
  })
  return { db, pool, renew, close: () => db.destroy() }
}

/** Waits for a connection until `signal` aborts: one that comes later goes straight back to the pool. */
function unlessLeft(
  coming: Promise<pg.PoolClient>,
  signal: AbortSignal | undefined,
): Promise<pg.PoolClient> {
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
