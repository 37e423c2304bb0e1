/** Whether a pooler between us and the server keeps a session for as long as its client stays. */
import pg from 'pg'

const attempts = 5

// Not in the types: the process that the server named when the connection was made. A pooler names one that it made up.
const announcedProcess = (client: pg.Client) =>
  (client as pg.Client & { processID: number | null }).processID

async function sessionOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid
}

/**
 * Whether consecutive transactions of a client may get different sessions of the server, as in PgBouncer's transaction mode.
 * Another client keeps the session that was last free, so that this one shows whether it depends on that.
 */
export async function losesSessions(client: pg.Client, url: string): Promise<boolean> {
  const session = await sessionOf(client)
  if (session === announcedProcess(client)) return false
  const other = new pg.Client({ connectionString: url, query_timeout: 5000 })
  other.on('error', () => {})
  await other.connect()
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      await other.query('begin')
      await sessionOf(other)
      const now = await sessionOf(client)
      await other.query('rollback')
      if (now !== session) return true
    }
    return false
  } catch (error) {
    if (String(error).includes('statement pooling')) return true
    throw error
  } finally {
    await other.end().catch(() => {})
  }
}
