/** Gauges that are read when Prometheus asks. */
import type { Pool } from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import type { SlotRefusal, Slots } from '../admission/slots.ts'
import type { Metrics } from './metrics.ts'

type Reading = { name: string; help: string }

/** Adds gauges, each with the function that reads its value. */
export const gaugesIn = (registry: Registry) => (metric: Reading, read: () => number) =>
  new Gauge({
    ...metric,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })

/** Shows the slots and the queue before them. */
export function watchSlots({ registry, slotRefusals }: Metrics, slots: Slots): void {
  const gauge = gaugesIn(registry)
  gauge(metrics.slotsInUse, () => slots.inUse)
  gauge(metrics.slotsLimit, () => slots.concurrency)
  gauge(metrics.slotQueue, () => slots.queued)
  gauge(metrics.slotWaitEstimate, () =>
    slots.inUse < slots.concurrency ? 0 : slots.estimateWaitMs() / 1000,
  )
  gauge(metrics.slotQueueLimit, () => slots.queueLimit)
  for (const reason of [
    'queue_full',
    'wait_too_long',
    'queue_timeout',
    'client_left',
  ] satisfies SlotRefusal[])
    slotRefusals.inc({ reason }, 0)
}

/** Shows the database pool. */
export function watchPool({ registry }: Metrics, pool: Pool): void {
  const gauge = gaugesIn(registry)
  gauge(metrics.poolInUse, () => pool.totalCount - pool.idleCount)
  gauge(metrics.poolIdle, () => pool.idleCount)
  gauge(metrics.poolLimit, () => pool.options.max)
  gauge(metrics.poolWaiting, () => pool.waitingCount)
}
