/** Why a request got no slot. */
export type SlotRefusal = 'queue_full' | 'wait_too_long' | 'queue_timeout' | 'client_left'

export class SlotRefusedError extends Error {
  override name = 'SlotRefusedError'
  readonly reason: SlotRefusal

  constructor(reason: SlotRefusal) {
    super(`no free slot: ${reason}`)
    this.reason = reason
    // The log shows the stack of an error. To name the source lines takes tens of milliseconds the
    // first time, and a busy service has none to spare.
    this.stack = String(this)
  }
}

export type SlotsOptions = {
  /** Requests in progress at once. */
  concurrency?: number
  /** Requests that may wait for a slot. */
  queueLimit?: number
  /** How long a request may wait, in milliseconds. */
  queueTimeoutMs?: number
}

type Waiter = { admit: () => void }

/** The conditions under which a request waits for a slot. */
export type SlotRequest = {
  /** Aborts when the client disconnects. */
  signal?: AbortSignal | undefined
  /** How long its caller will wait, in milliseconds. */
  remainingMs?: number | undefined
}

// The last ten holders or so predict how long the next ones will hold their slot.
const memory = 0.1

/**
 * The slots of one container, and the bounded first-in-first-out queue before them, as Cloud Run
 * and Knative have them.
 * https://knative.dev/docs/serving/autoscaling/concurrency/
 */
export function createSlots({
  concurrency = 40,
  queueLimit = 1000,
  queueTimeoutMs = 30_000,
}: SlotsOptions = {}) {
  // A Set keeps insertion order, and removes a waiter from any position.
  const queue = new Set<Waiter>()
  let inUse = 0
  let meanHoldMs = 0
  let isMeanOfServed = false

  /**
   * How long a request that arrives now would wait: the number of rounds before its turn, each
   * lasting the recent mean hold time. Rounded up, so that queued requests are not refused later.
   */
  const estimateWaitMs = () => Math.ceil((queue.size + 1) / concurrency) * meanHoldMs

  /** Takes a slot if one is free; the caller releases it with `release`. */
  function tryAcquire(): boolean {
    if (inUse >= concurrency) return false
    inUse++
    return true
  }

  /**
   * Waits for a slot, first come, first served; the caller releases it with `release`.
   * @throws SlotRefusedError at once if the queue is full or the wait would exceed the queue's
   * limit or the caller's remaining time; later if the actual wait does, or if the client disconnects
   */
  function acquire({ signal, remainingMs = Infinity }: SlotRequest = {}): Promise<void> {
    if (tryAcquire()) return Promise.resolve()
    const patienceMs = Math.min(queueTimeoutMs, remainingMs)
    if (queue.size >= queueLimit) return Promise.reject(new SlotRefusedError('queue_full'))
    if (estimateWaitMs() > patienceMs) return Promise.reject(new SlotRefusedError('wait_too_long'))
    return new Promise((resolve, reject) => {
      const leave = (reason: SlotRefusal) => {
        settle()
        reject(new SlotRefusedError(reason))
      }
      const onAbort = () => leave('client_left')
      const timer = setTimeout(leave, patienceMs, 'queue_timeout')
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        queue.delete(waiter)
      }
      const waiter: Waiter = {
        admit: () => {
          settle()
          resolve()
        },
      }
      queue.add(waiter)
      if (signal?.aborted) onAbort()
      else signal?.addEventListener('abort', onAbort)
    })
  }

  /** A request that was refused early says nothing about those that do their work. */
  function learn(heldMs: number, isServed: boolean): void {
    if (!isServed && heldMs < meanHoldMs) return
    meanHoldMs += (heldMs - meanHoldMs) * (isMeanOfServed ? memory : 1)
    isMeanOfServed ||= isServed
  }

  /**
   * Releases a slot that was held for `heldMs`, by a request that was served or that was refused or
   * failed. The request that has waited longest gets it.
   */
  function release(heldMs: number, isServed = true): void {
    learn(heldMs, isServed)
    const [next] = queue
    if (next) next.admit()
    else inUse--
  }

  return {
    concurrency,
    queueLimit,
    tryAcquire,
    acquire,
    release,
    estimateWaitMs,
    get inUse() {
      return inUse
    },
    get queued() {
      return queue.size
    },
  }
}

export type Slots = ReturnType<typeof createSlots>
