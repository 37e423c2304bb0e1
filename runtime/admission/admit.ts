import { HttpError } from '../../functions/http/refusal.ts'
import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type RequestContext, recordSpan } from '../telemetry/spans.ts'
import { ending, type MaybePromise } from '../when.ts'
import { remainingTime } from './remaining-time.ts'
import { SlotRefusedError, type Slots } from './slots.ts'

/** The conditions of admission, and the faults that follow it. */
export type Admission = {
  metrics: Metrics
  slots: Slots
  /** Whether the function is ready: its dependencies are prepared. */
  prepared?: () => boolean
  /** Injected faults. */
  faults?: Faults
}

/** Admits requests to the function once it is ready and a slot is free. */
export function createAdmission({ slots, metrics, faults, prepared = () => true }: Admission) {
  function holdSlot(c: RequestContext, work: () => MaybePromise<Response>) {
    const start = performance.now()
    return ending(
      () => (faults?.isActive() ? faults.inject(c.req.raw.signal).then(work) : work()),
      () => slots.release(performance.now() - start),
    )
  }
  /** Does the work of a request in a slot: at once, if one is free. */
  return (c: RequestContext, work: () => MaybePromise<Response>): MaybePromise<Response> => {
    if (!prepared()) throw unprepared()
    if (!slots.tryAcquire()) return waitForSlot(slots, metrics, c).then(() => holdSlot(c, work))
    metrics.slotWait.observe(0)
    return holdSlot(c, work)
  }
}

const unprepared = () =>
  new HttpError(503, 'Database unavailable, try again later', { code: 'database_unavailable' })

async function waitForSlot(
  slots: Slots,
  { slotWait, slotRefusals }: Metrics,
  c: RequestContext,
): Promise<void> {
  const start = performance.now()
  try {
    await slots.acquire({ signal: c.req.raw.signal, remainingMs: remainingTime(c) })
    slotWait.observe((performance.now() - start) / 1000)
  } catch (error) {
    if (error instanceof SlotRefusedError) slotRefusals.inc({ reason: error.reason })
    throw error
  } finally {
    recordSpan({ name: 'queue', start }, c)
  }
}
