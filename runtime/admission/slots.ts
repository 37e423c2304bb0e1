/** Why a request got no slot. */
export type SlotRefusal = 'queue_full' | 'wait_too_long' | 'queue_timeout' | 'client_left'

export class SlotRefusedError extends Error {
  override name = 'SlotRefusedError'
  readonly reason: SlotRefusal

  constructor(reason: SlotRefusal) {
    super(`no free slot: ${reason}`)
    this.reason = reason
  }
}

export type SlotsOptions = {
  /** Requests that are worked on at once. */
  concurrency?: number
  /** Requests that may wait for a slot. */
  queueLimit?: number
  /** How long one may wait, in milliseconds. */
  queueTimeoutMs?: number
}

type Waiter = { admit: () => void }

/** What a request says when it asks for a slot. */
export type SlotRequest = {
  /** Aborts where its client leaves. */
  signal?: AbortSignal | undefined
  /** How long its caller will wait at most, in milliseconds. */
  remainingMs?: number | undefined
}

// The last ten holders or so decide how long the next ones are expected to hold their slot.
const memory = 0.1

/**
 * The slots of one container, and the bounded first-in-first-out queue before them, as Cloud Run and Knative have them.
 * https://knative.dev/docs/serving/autoscaling/concurrency/
 */
export function createSlots({
  concurrency = 40,
  queueLimit = 1000,
  queueTimeoutMs = 30_000,
}: SlotsOptions = {}) {
  // A Set keeps insertion order and drops a waiter that gave up, wherever it stands.
  const queue = new Set<Waiter>()
  let inUse = 0
  let meanHoldMs = 0

  /**
   * How long a request that arrives now would wait: as many rounds of slots as it takes until its turn has come, each as long
   * as slots have been held of late. Rounded up, so that who is admitted to the queue is not refused later.
   */
  const estimateWaitMs = () => Math.ceil((queue.size + 1) / concurrency) * meanHoldMs

  /** Takes a slot if one is free; the caller gives it back with `release`. */
  function tryAcquire(): boolean {
    if (inUse >= concurrency) return false
    inUse++
    return true
  }

  /**
   * Waits for a slot, first come, first served; the caller gives it back with `release`.
   * @throws SlotRefusedError at once where the queue is full or the wait would be longer than the queue's limit or the caller's
   * remaining time; later where it is longer all the same, or the client has left
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

  /** Gives a slot back that was held for `heldMs`: the longest waiting request takes it over, or it is free. */
  function release(heldMs: number): void {
    meanHoldMs += (heldMs - meanHoldMs) * (meanHoldMs === 0 ? 1 : memory)
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
