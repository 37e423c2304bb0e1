/** PostgreSQL's notifications on the one connection of a pool, whenever that is open. */
import type { Pool, PoolClient } from 'pg'

export type Listener = {
  /** An identifier that needs no quotes. */
  channel: string
  onPayload: (payload: string) => void
  /** Called when a connection listens: the first one, and each one that replaces a lost one. */
  onListening: () => void
  /** Called when that connection is lost, or cannot listen. */
  onLost: (error?: Error) => void
}

// The limit of the pool has ended when a connection is open, and a server may hang.
const answerMs = 2000

export function createNotifications() {
  let listener: Listener | undefined
  const listening = new WeakSet<PoolClient>()

  /** To be called with each connection before its first query, so that none stays without. */
  async function subscribe(client: PoolClient): Promise<void> {
    if (!listener || listening.has(client)) return
    listening.add(client)
    const { channel, onPayload, onListening, onLost } = listener
    client.on('notification', ({ payload = '' }) => onPayload(payload))
    client.once('end', () => onLost())
    // A server in recovery refuses it. What else the connection is for goes on.
    const limits = { query_timeout: answerMs } // Not in pg's types.
    await client.query({ text: `listen ${channel}`, ...limits }).then(onListening, onLost)
  }

  return {
    subscribe,
    /**
     * Listens on the connection of the pool from now on.
     * @throws the error of a connection that cannot be opened
     */
    async listen(pool: Pool, to: Listener): Promise<void> {
      listener = to
      const client = await pool.connect()
      await subscribe(client).finally(() => client.release())
    },
  }
}
