import pg from 'pg'
import { settings } from '../../model/settings.ts'

/** A pool of bare pg, as large as that of a service. */
export const openPool = (): pg.Pool =>
  new pg.Pool({
    connectionString: process.env.DATABASE_URL,
    max: settings.DB_POOL_MAX.default,
    connectionTimeoutMillis: settings.DB_POOL_TIMEOUT_MS.default,
    idleTimeoutMillis: 0,
  }).on('error', console.error)

/** A statement that each connection plans once, as the lab's do. */
export const prepare =
  <Row extends pg.QueryResultRow>(pool: pg.Pool, name: string, text: string) =>
  async (...values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>({ name, text, values })).rows
