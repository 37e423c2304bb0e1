/** New connections, set up for Kysely and for plans that are kept. */
import type { PostgresPoolClient } from 'kysely'
import type { PoolClient } from 'pg'

type SessionOptions = {
  /** How long its first statement may take, in milliseconds: the pool's own limit has ended. */
  timeoutMs: number
  /** How long one statement may run, lock waits included, in milliseconds. */
  statementTimeoutMs: number
  /** Prepares each statement once, if the connection leads to a server and not to a pooler. */
  keepPlans: boolean
}

/** A connection as Kysely uses it. */
export type Session = PostgresPoolClient & { openedAt: number }

/**
 * Sets up a new connection. By a statement: poolers such as PgBouncer refuse settings as parameters
 * of the connection.
 */
export async function openSession(
  client: PoolClient,
  { timeoutMs, statementTimeoutMs, keepPlans }: SessionOptions,
): Promise<Session> {
  const openedAt = performance.now()
  // A pooler gives each client a key of its own, so the process ids differ: its next server knows
  // no statement by name. pg has the id of the server's process, but not in its types.
  const { processID } = client as PoolClient & { processID?: number }
  // Not in pg's types either.
  const limits = { query_timeout: timeoutMs }
  const { rows } = await client.query<{ prepares: boolean | null }>({
    text: setUp,
    values: [String(statementTimeoutMs), keepPlans ? processID : null],
    ...limits,
  })
  const prepares = rows[0]?.prepares ?? false
  const query = (text: string, values: unknown[]) =>
    prepares && values.length > 0
      ? client.query({ name: nameOf(text), text, values })
      : client.query(text, values)
  return {
    openedAt,
    // Its type includes cursors, which nothing here uses.
    query: query as unknown as Session['query'],
    release: (destroy) => client.release(destroy),
  }
}

// Without scans, where there is an index: a plan that is kept since its table was small would scan
// the table after it has grown, until PostgreSQL analyzes it.
const setUp = `
  select prepares,
    set_config('statement_timeout', $1, false),
    set_config('enable_seqscan',
      case when prepares then 'off' else current_setting('enable_seqscan') end, false)
  from (select pg_backend_pid() = $2::integer) as session (prepares)
`

// Far more than there are statements: each takes memory in every session.
const mostNames = 200
const names = new Map<string, string>()

/** The name of a statement; `undefined` if there are too many, which are then parsed each time. */
function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < mostNames) names.set(text, `lockstep_${names.size}`)
  return names.get(text)
}
