/** Whether a database can be used, checked before anything in it changes. */
import pg from 'pg'
import { findTableProblem } from './check-tables.ts'
import { DatabaseProblem, explainProblem, readOnlyWords } from './database-problem.ts'
import { addressOf } from './database-url.ts'

/**
 * The oldest major version of PostgreSQL that the migrations run on: gen_random_uuid() came with
 * it.
 */
export const oldestPostgres = 13

const connectTimeoutMs = 5000

export type CheckOptions = {
  /** The oldest major version that is accepted. */
  oldest?: number
}

/**
 * Checks what a database must have: a version, a schema to write to, and tables that are ours or
 * none.
 * @throws DatabaseProblem in words that name the reason and the variable
 */
export async function checkDatabase(url: string, options: CheckOptions = {}): Promise<void> {
  const client = await openClient(url)
  try {
    const words =
      (await findServerProblem(client, url, options)) ?? (await findTableProblem(client))
    if (words) throw new DatabaseProblem(words, { permanent: true })
  } catch (error) {
    throw explainProblem(error, url)
  } finally {
    await client.end().catch(() => {})
  }
}

/** @throws DatabaseProblem */
async function openClient(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      application_name: 'lockstep',
    })
    // Without a listener, a broken connection ends the process. The query fails as well, which is
    // enough.
    client.on('error', () => {})
    await client.connect()
    return client
  } catch (error) {
    throw explainProblem(error, url)
  }
}

type ServerState = { version: number; read_only: boolean }

async function findServerProblem(
  client: pg.Client,
  url: string,
  { oldest = oldestPostgres }: CheckOptions,
): Promise<string | undefined> {
  const { server } = addressOf(url)
  const { rows } = await client.query<ServerState>(`
    select current_setting('server_version_num')::integer / 10000 as version,
      current_setting('transaction_read_only')::boolean as read_only
  `)
  const { version = 0, read_only } = rows[0] ?? {}
  if (version < oldest)
    return `the server at ${server} is PostgreSQL ${version}. Use ${oldest} or newer.`
  if (read_only) return readOnlyWords({ server })
  return undefined
}
