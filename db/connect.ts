import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database, Db } from './schema.ts'

/** Thrown where no connection could be had in time: the pool is exhausted, or the server is away. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError'
}

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
  /** Told how long each query waited for its connection, in milliseconds. */
  onAcquire?: (milliseconds: number) => void
  /** Told how long each query took, in milliseconds, and its SQL with placeholders. */
  onQuery?: (milliseconds: number, sql: string) => void
  /** Told when a connection breaks; the pool replaces it by itself. */
  onLost?: (error: Error) => void
}

export type Connection = { db: Db; pool: pg.Pool; close: () => Promise<void> }

/** Opens a bounded pool, lazily: nothing connects before the first query. */
export function connect({
  url,
  max = 10,
  timeoutMs = 5000,
  idleTimeoutMs = 10_000,
  statementTimeoutMs = 30_000,
  onAcquire = () => {},
  onQuery = () => {},
  onLost = () => {},
}: ConnectOptions): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: timeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'lockstep',
  })
  // Without listeners, a connection that breaks would end the process: the pool's own is for idle ones, a client's for those
  // that are held.
  pool.on('error', onLost)
  pool.on('connect', (client) => client.on('error', onLost))
  const timedPool = {
    options: pool.options,
    async connect() {
      const start = performance.now()
      const client = await pool.connect().catch((cause: Error) => {
        throw new DatabaseUnavailableError(cause.message, { cause })
      })
      onAcquire(performance.now() - start)
      return client
    },
    end: () => pool.end(),
  }
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: timedPool }),
    log: ({ queryDurationMillis, query }) => onQuery(queryDurationMillis, query.sql),
  })
  return { db, pool, close: () => db.destroy() }
}

// Classes 08 and 57: connection lost, server shutting down, statement cancelled by its timeout; 53300: too many connections.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const passingCodes = /^(08|57)|^53300$|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT)$/

/** Whether a query failed because the database could not serve it just then, and not because of the query. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true
  if (!(error instanceof Error)) return false
  const code = (error as NodeJS.ErrnoException).code
  return code === undefined
    ? error.message.startsWith('Connection terminated')
    : passingCodes.test(code)
}
