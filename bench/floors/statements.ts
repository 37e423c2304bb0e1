import pg from 'pg'
import { settings } from '../../model/settings.ts'

/**
 * Opens a pool of bare pg, as large as that of a service, and returns how to prepare a statement in
 * it. Each connection plans a statement once, as the lab's do.
 */
export function openStatements() {
  const pool = new pg.Pool({
    connectionString: process.env.DATABASE_URL,
    max: settings.DB_POOL_MAX.default,
    connectionTimeoutMillis: settings.DB_POOL_TIMEOUT_MS.default,
    idleTimeoutMillis: 0,
  }).on('error', console.error)
  return <Row extends pg.QueryResultRow>(name: string, text: string) =>
    async (...values: unknown[]): Promise<Row[]> =>
      (await pool.query<Row>({ name, text, values })).rows
}
