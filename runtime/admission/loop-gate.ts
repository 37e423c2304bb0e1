import { createUnreadConnections, type Pausable } from './unread-connections.ts'

export type LoopGateOptions = {
  /** How long a request may wait for the event loop, in milliseconds; 0 sets no limit. */
  waitLimitMs?: number
  /** Requests that one turn of the event loop begins. */
  perTurn?: number
}

/** The fate of a request; arrivals are by the clock of `performance.now()`. */
export type Work = { begin: (arrivedMs: number) => void; refuse: (arrivedMs: number) => void }

type Waiting = Work & { arrivedMs: number }

/** A request begins at once, waits for a later turn, or is refused. */
export type Passage = 'begun' | 'waiting' | 'refused'

// If this many turns in a row accept a connection, more are waiting.
const crowdTurns = 3

// A click costs about twice as much as its refusal.
const refusalsPerRequest = 2

// If a turn begins later than this after the previous one, the loop was idle in between.
const restMs = 1

/**
 * The gate between the sockets and the functions. Under overload, libuv reads thousands of sockets
 * in one turn of the event loop, accepts one connection per turn, and runs no timer meanwhile. So a
 * turn begins a few requests only. The others queue here, where metrics show them; one that would
 * wait too long is refused. While connections wait to be accepted, a turn begins one request, and a
 * refused connection is not read again until they are: a connection in the backlog cannot be refused.
 */
export function createLoopGate({ waitLimitMs = 250, perTurn = 16 }: LoopGateOptions = {}) {
  const queue: Waiting[] = []
  let refused: Waiting[] = []
  const unread = createUnreadConnections()
  let hasAccepted = false
  let acceptingTurns = 0
  let closing = false
  let closedMs = 0
  // Whether the loop has had work since `closedMs` without a rest.
  let isBusy = false
  let isReading = false
  // When this turn and the one before it looked for events: connections, or requests to read.
  let hasPolled = false
  let polledMs = 0
  let polledBeforeMs = 0
  let isLate = false
  let begun = 0
  let waitedMs = -Infinity
  const costs = createTurnCosts()

  const estimateWaitMs = () => costs.waitMs(queue.length)
  const isCrowded = () => acceptingTurns >= crowdTurns
  // After a long turn of refusals, requests get the same time; otherwise their queue would not move.
  const turnLimit = (refusals = 0) =>
    isCrowded() ? 1 : Math.max(perTurn, refusals / refusalsPerRequest)

  /** Has `closeTurn` called in the phase of the loop that follows the reading of sockets. */
  function scheduleClose(): void {
    if (closing) return
    closing = true
    setImmediate(closeTurn)
  }

  /** Called for the first event of a turn, and for the others. */
  function poll(): void {
    if (hasPolled) return
    hasPolled = true
    scheduleClose()
    polledBeforeMs = polledMs
    polledMs = performance.now()
  }

  function openTurn(): void {
    if (isReading) return
    isReading = true
    poll()
    isLate = isBusy || polledMs - closedMs < restMs
  }

  // A request had not arrived when the previous turn looked, nor before its connection was answered. If
  // the loop was busy, it arrived at any time since; a pipelined one may have arrived earlier.
  function estimateArrival(answeredMs: number): number {
    openTurn()
    const sinceMs = answeredMs < polledMs ? Math.max(polledBeforeMs, answeredMs) : polledBeforeMs
    return isLate ? (sinceMs + polledMs) / 2 : polledMs
  }

  function closeTurn(): void {
    const now = performance.now()
    if (isBusy) costs.remember(now - closedMs, begun)
    closing = false
    closedMs = now
    isReading = false
    // This follows the look for events, which has found none.
    if (!hasPolled) polledMs = now
    hasPolled = false
    acceptingTurns = hasAccepted ? acceptingTurns + 1 : 0
    hasAccepted = false
    unread.endTurn(now, isCrowded())
    // Responses that are written together wake their clients less often, which halves their cost.
    const refusals = refused
    if (refusals.length > 0) refused = []
    for (const { refuse, arrivedMs } of refusals) refuse(arrivedMs)
    if (queue.length > 0) waitedMs = now
    const next = queue.splice(0, turnLimit(refusals.length))
    begun = next.length
    isBusy = begun > 0
    if (isBusy || unread.any()) scheduleClose()
    for (const { begin, arrivedMs } of next) begin(arrivedMs)
  }

  return {
    waitLimitMs,
    estimateWaitMs,
    get waiting() {
      return queue.length
    },
    /** When a request last waited for a turn. */
    waitedMs: () => waitedMs,
    /** When the last turn ended that read a request or accepted a connection. */
    turnMs: () => closedMs,
    /** When a request arrived that is read now; its connection was last answered at `answeredMs`. */
    arrival: (answeredMs = 0) => estimateArrival(answeredMs),
    /** Call it when a connection is accepted. */
    accepted(): void {
      poll()
      hasAccepted = true
    },
    /** Leaves a connection unread after a refusal while others wait to be accepted. */
    spare(connection: Pausable): void {
      if (isCrowded()) unread.add(connection)
    },
    /** Begins a request now or in a later turn, or refuses it if that would be too late. */
    enter(work: Work, answeredMs = 0): Passage {
      const arrivedMs = estimateArrival(answeredMs)
      if (queue.length === 0 && begun < turnLimit()) {
        begun++
        work.begin(arrivedMs)
        return 'begun'
      }
      const isRefused = waitLimitMs > 0 && estimateWaitMs() > waitLimitMs
      const line = isRefused ? refused : queue
      line.push({ begin: work.begin, refuse: work.refuse, arrivedMs })
      return isRefused ? 'refused' : 'waiting'
    },
  }
}

export type LoopGate = ReturnType<typeof createLoopGate>

// The last twenty turns or so tell how long the next requests will take. Fewer are no measurement,
// least of all while the code is cold.
const memory = 0.95
const evidenceTurns = 20

/** How long requests have lately taken, from the turns of the event loop that worked on them. */
function createTurnCosts() {
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
