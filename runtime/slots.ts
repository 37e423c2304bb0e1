/** Why a request got no slot. */
export type SlotRefusal = 'queue_full' | 'queue_timeout' | 'client_left'

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

/**
 * The slots of one container, and the bounded first-in-first-out queue before them, as Cloud Run and Knative have them.
 * https://knative.dev/docs/serving/autoscaling/concurrency/
 */
export function createSlots({ concurrency = 40, queueLimit = 1000, queueTimeoutMs = 30_000 }: SlotsOptions = {}) {
  // A Set keeps insertion order and drops a waiter that gave up, wherever it stands.
  const queue = new Set<Waiter>()
  let inUse = 0

  /** Takes a slot if one is free; the caller gives it back with `release`. */
  function tryAcquire(): boolean {
    if (inUse >= concurrency) return false
    inUse++
    return true
  }

  /**
   * Waits for a slot, first come, first served; the caller gives it back with `release`.
   * @throws SlotRefusedError where the queue is full, the wait too long, or the client gone
   */
  function acquire(signal?: AbortSignal): Promise<void> {
    if (tryAcquire()) return Promise.resolve()
    if (queue.size >= queueLimit) return Promise.reject(new SlotRefusedError('queue_full'))
    return new Promise((resolve, reject) => {
      const leave = (reason: SlotRefusal) => {
        settle()
        reject(new SlotRefusedError(reason))
      }
      const onAbort = () => leave('client_left')
      const timer = setTimeout(leave, queueTimeoutMs, 'queue_timeout')
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

  /** Gives a slot back: the longest waiting request takes it over, or it is free. */
  function release(): void {
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
    get inUse() {
      return inUse
    },
    get queued() {
      return queue.size
    },
  }
}

export type Slots = ReturnType<typeof createSlots>
