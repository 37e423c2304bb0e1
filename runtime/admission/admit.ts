import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { HttpError } from '../../functions/http/refusal.ts'
import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { remainingTime } from '../telemetry/propagation.ts'
import { type RequestContext, type RequestVariables, recordSpan } from '../telemetry/spans.ts'
import { SlotRefusedError, type Slots } from './slots.ts'

/** The conditions of admission, and the faults that follow it. */
export type Admission = {
  metrics: Metrics
  slots: Slots
  /** Whether the function is ready: its dependencies are prepared. */
  prepared?: (() => boolean) | undefined
  /** Injected faults. */
  faults?: Faults
}

// Outcomes of the shop, such as a taken address, have done their work. Invalid input, faults and
// clients that left have not.
const isServed = ({ res: { status } }: Context) => status < 500 && status !== 422 && status !== 499

function assertPrepared({ prepared = () => true }: Pick<Admission, 'prepared'>): void {
  if (prepared()) return
  const code = 'database_unavailable'
  throw new HttpError(503, 'Database unavailable, try again later', { code })
}

/** Admits requests to the function once it is ready, without a slot. */
export const requirePrepared = (admission: Pick<Admission, 'prepared'>) =>
  createMiddleware((_, next) => {
    assertPrepared(admission)
    return next()
  })

/** Admits requests to the function once it is ready and a slot is free. */
export const admit = ({ slots, metrics, faults, ...admission }: Admission) =>
  createMiddleware<{ Variables: RequestVariables }>(async (c, next) => {
    assertPrepared(admission)
    if (slots.tryAcquire()) metrics.slotWait.observe(0)
    else await waitForSlot(slots, metrics, c)
    const start = performance.now()
    let served = false
    try {
      if (faults?.isActive()) await faults.inject(c.req.raw.signal)
      await next()
      served = isServed(c)
    } finally {
      slots.release(performance.now() - start, served)
    }
  })

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
