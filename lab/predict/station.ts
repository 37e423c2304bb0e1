import TinyQueue from 'tinyqueue'
import type { SlotRefusal } from '../../runtime/admission/slots.ts'
import type { Hold, Service } from './service.ts'

/** Why a station refuses a request: as the slots of a container do. No client leaves here. */
export type RefusalReason = Exclude<SlotRefusal, 'client_left'>

/** One request that is over; times in milliseconds. */
export type Outcome =
  | ({ arrivedMs: number; waitedMs: number } & Hold)
  | { arrivedMs: number; refusal: RefusalReason }

type StationOptions = Pick<Service, 'slots' | 'queueLimit' | 'queueTimeoutMs'> & {
  /** How long a request holds the slot that it takes at that time. Times never go back. */
  hold: (startMs: number) => Hold
  onOutcome: (outcome: Outcome) => void
}

type Holder = { endMs: number; heldMs: number }

// As in runtime/admission/slots.ts.
const memory = 0.1

/**
 * A discrete-event simulation of the slots of one container, by the rules of
 * `runtime/admission/slots.ts`: first come, first served; a full queue and an estimated wait beyond
 * the limit refuse at once, an actual wait beyond it later.
 */
export function createStation(options: StationOptions) {
  const { slots, queueLimit, queueTimeoutMs, hold, onOutcome } = options
  const holders = new TinyQueue<Holder>([], (a, b) => a.endMs - b.endMs)
  // When each waiting request arrived; those before `head` wait no longer.
  const queue: number[] = []
  let head = 0
  let meanHoldMs = 0

  const queued = () => queue.length - head
  const nextArrival = () => queue[head] ?? Infinity
  const estimateWaitMs = () => Math.ceil((queued() + 1) / slots) * meanHoldMs

  function begin(arrivedMs: number, startMs: number): void {
    const held = hold(startMs)
    holders.push({ endMs: startMs + held.heldMs, heldMs: held.heldMs })
    onOutcome({ arrivedMs, waitedMs: startMs - arrivedMs, ...held })
  }

  function beginNext(startMs: number): void {
    const arrivedMs = nextArrival()
    head++
    begin(arrivedMs, startMs)
  }

  function expire(nowMs: number): void {
    for (; queued() > 0 && nextArrival() + queueTimeoutMs <= nowMs; head++)
      onOutcome({ arrivedMs: nextArrival(), refusal: 'queue_timeout' })
  }

  /** Advances the station to a time: waiting requests take the slots that became free. */
  function advance(nowMs: number): void {
    for (let next = holders.peek(); next && next.endMs <= nowMs; next = holders.peek()) {
      holders.pop()
      meanHoldMs += (next.heldMs - meanHoldMs) * (meanHoldMs === 0 ? 1 : memory)
      expire(next.endMs)
      if (queued() > 0) beginNext(next.endMs)
    }
    expire(nowMs)
  }

  function refusalNow(): RefusalReason | undefined {
    if (queued() >= queueLimit) return 'queue_full'
    return estimateWaitMs() > queueTimeoutMs ? 'wait_too_long' : undefined
  }

  return {
    /** A request arrives. Arrivals come in order. */
    arrive(nowMs: number): void {
      advance(nowMs)
      const isFree = holders.length < slots
      const refusal = isFree ? undefined : refusalNow()
      if (isFree) begin(nowMs, nowMs)
      else if (refusal) onOutcome({ arrivedMs: nowMs, refusal })
      else queue.push(nowMs)
    },
    /** Call it after the last arrival: serves all waiting requests. */
    finish: (): void => advance(Infinity),
  }
}
