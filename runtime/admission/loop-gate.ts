export type LoopGateOptions = {
  /** How long a request may have to wait for the event loop, in milliseconds; 0 sets no limit. */
  waitLimitMs?: number
  /** Requests that one turn of the event loop works on. */
  perTurn?: number
}

/** A request that was read and waits for its turn. */
type Waiting = { arrivedMs: number; begin: (arrivedMs: number) => void }

/** A request begins at once, waits for a later turn, or is refused. */
export type Passage = 'begun' | 'waiting' | 'refused'

// The last second or two of a busy loop tell how long the next requests will take; a stall says little.
const memoryMs = 1000

// A shorter time is no measurement, least of all while the code is cold.
const evidenceMs = 100

// A turn that begins later than this after the one before it found the loop at rest.
const restMs = 1

/**
 * The gate between the sockets and the functions. Under overload, libuv reads thousands of sockets in
 * one turn of the event loop, accepts one connection per turn, and runs no timer meanwhile. So a turn
 * begins a few requests only. The others queue here, where metrics show them, and a request that
 * would wait too long is refused while a refusal is cheap. A turn that accepts a connection begins one
 * request: a client that waits to be accepted cannot even be refused.
 */
export function createLoopGate({ waitLimitMs = 250, perTurn = 16 }: LoopGateOptions = {}) {
  const queue: Waiting[] = []
  let turn = 0
  let lastAcceptTurn = -2
  let closing = false
  let closedMs = 0
  // Whether the loop has had work since `closedMs` without a rest.
  let isBusy = false
  let isReading = false
  let readMs = 0
  // The estimated arrival of what this turn reads.
  let arrivedMs = 0
  let begun = 0
  let busy = { ms: 0, begun: 0 }

  const estimateWaitMs = () => (busy.ms < evidenceMs ? 0 : (queue.length * busy.ms) / busy.begun)
  const turnLimit = () => (turn - lastAcceptTurn < 2 ? 1 : perTurn)

  /** Has `closeTurn` called in the phase of the loop that follows the reading of sockets. */
  function scheduleClose(): void {
    if (closing) return
    closing = true
    setImmediate(closeTurn)
  }

  function openTurn(): void {
    if (isReading) return
    isReading = true
    scheduleClose()
    const now = performance.now()
    // What is read now was not there when the turn before read; if the loop had no rest in between,
    // it arrived at any time since.
    arrivedMs = isBusy || now - closedMs < restMs ? (readMs + now) / 2 : now
    readMs = now
  }

  function closeTurn(): void {
    const now = performance.now()
    if (isBusy) remember(now - closedMs)
    closing = false
    closedMs = now
    isReading = false
    turn++
    const next = queue.splice(0, turnLimit())
    begun = next.length
    isBusy = begun > 0
    if (isBusy) scheduleClose()
    for (const { begin, arrivedMs } of next) begin(arrivedMs)
  }

  function remember(ms: number): void {
    if (busy.ms > memoryMs) busy = { ms: busy.ms / 2, begun: busy.begun / 2 }
    busy = { ms: busy.ms + ms, begun: busy.begun + begun }
  }

  return {
    waitLimitMs,
    estimateWaitMs,
    get waiting() {
      return queue.length
    },
    /** When a request that is read now arrived, by the clock of `performance.now()`. */
    arrival(): number {
      openTurn()
      return arrivedMs
    },
    /** Says that a connection was accepted. */
    accepted(): void {
      scheduleClose()
      lastAcceptTurn = turn
    },
    /** Begins a request now or in a later turn; `refused` where that would be later than the limit. */
    enter(begin: Waiting['begin']): Passage {
      openTurn()
      if (queue.length === 0 && begun < turnLimit()) {
        begun++
        begin(arrivedMs)
        return 'begun'
      }
      if (waitLimitMs > 0 && estimateWaitMs() > waitLimitMs) return 'refused'
      queue.push({ arrivedMs, begin })
      return 'waiting'
    },
  }
}

export type LoopGate = ReturnType<typeof createLoopGate>
