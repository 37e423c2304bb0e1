/** Small work that comes in batches gives way to requests. */
import type { LoopGate } from '../admission/loop-gate.ts'

export type YieldingOptions = {
  gate: Pick<LoopGate, 'waitedMs'>
  /** Whether requests are refused because too many messages wait. */
  isFull?: () => boolean
}

// While requests wait, batches get a tenth of the time.
const restPerBatch = 9
const longestRestMs = 1000
// Requests that waited so long ago do not count.
const calmMs = 100

/**
 * While requests wait for the event loop, one batch at a time is delivered, and the next one after a
 * rest of nine times as long: what is accepted meanwhile waits in its queue, and is worked off later.
 * When the queue is full, its work comes first again.
 */
export function createYielding({ gate, isFull = () => false }: YieldingOptions) {
  let running = 0
  let restUntilMs = 0

  const isContended = (sinceMs: number) => gate.waitedMs() >= sinceMs && !isFull()

  return {
    /** How long no batch begins, in milliseconds; infinite if that is not known. */
    leftMs: (): number => {
      const leftMs = restUntilMs - performance.now()
      return leftMs > 0 && !isFull() ? Math.ceil(leftMs) : Infinity
    },
    /** Whether a batch may begin. */
    mayBegin(): boolean {
      const now = performance.now()
      if (now < restUntilMs && !isFull()) return false
      return running === 0 || !isContended(now - calmMs)
    },
    /** Does the work of a batch. */
    async during(work: () => Promise<void>): Promise<void> {
      const begunMs = performance.now()
      running++
      try {
        await work()
      } finally {
        running--
        const now = performance.now()
        const restMs = Math.min(longestRestMs, restPerBatch * (now - begunMs))
        if (isContended(begunMs)) restUntilMs = now + restMs
      }
    },
  }
}
