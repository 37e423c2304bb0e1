/** A connection that can be paused. */
export type Pausable = { pause: () => void; resume: () => void }

// A refusal asks its client to try again after a second; no connection is left unread for longer.
const pauseLimitMs = 1000

/** Connections that are not read after a refusal, so that others are accepted meanwhile. */
export function createUnreadConnections() {
  let next: Pausable[] = []
  let paused: Pausable[] = []
  let pausedMs = 0

  return {
    /** Whether any connection is paused or about to be. */
    any: () => paused.length + next.length > 0,
    /** Adds a connection, to pause it at the end of the turn. */
    add: (connection: Pausable) => void next.push(connection),
    /** Pauses the added connections, and resumes the others if the crowd or the limit is over. */
    endTurn(now: number, isCrowded: boolean): void {
      if (!isCrowded || now - pausedMs > pauseLimitMs) {
        for (const connection of paused) connection.resume()
        paused = []
      }
      if (paused.length === 0) pausedMs = now
      for (const connection of next) connection.pause()
      paused.push(...next)
      next = []
    },
  }
}
