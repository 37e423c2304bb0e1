// The last twenty turns or so tell how long the next requests will take. Fewer are no measurement,
// least of all while the code is cold.
const memory = 0.95
const evidenceTurns = 20

/** How long requests have lately taken, from the turns of the event loop that worked on them. */
export function createTurnCosts() {
  let turns = 0
  let totalMs = 0
  let requests = 0
  return {
    /** Takes a turn of `ms` milliseconds into account, which began so many requests. */
    remember(ms: number, begun: number): void {
      turns++
      totalMs = totalMs * memory + ms
      requests = requests * memory + begun
    },
    /** How long a request would wait for so many before it, in milliseconds; 0 if unknown. */
    waitMs: (queued: number): number => (turns < evidenceTurns ? 0 : (queued * totalMs) / requests),
  }
}
