import { Counter, Gauge, Histogram } from 'prom-client'
import type { EventName, QueueName } from '../../model/messages.ts'
import { metrics as declared } from '../../model/metrics.ts'
import { type FunctionName, services } from '../../model/services.ts'
import { buckets, type Metrics } from '../telemetry/metrics.ts'

/** How a delivery has ended. */
export type Outcome = 'done' | 'duplicate' | 'retry' | 'dead'

// Messages may wait for as long as an outage lasts.
const ageBuckets = [...buckets, 300, 600, 1800, 3600]

/** The metrics of what a service publishes and consumes. Each series is there from the start. */
export function createMessageMetrics({ registry }: Metrics, name: FunctionName) {
  const registers = [registry]
  const published = new Counter({ ...declared.messagesPublished, registers })
  const publishing = new Histogram({ ...declared.publishDuration, buckets, registers })
  const handled = new Counter({ ...declared.messagesHandled, registers })
  const redelivered = new Counter({ ...declared.messagesRedelivered, registers })
  const inFlight = new Gauge({ ...declared.messagesInFlight, registers })
  const age = new Histogram({ ...declared.messageAge, buckets: ageBuckets, registers })
  for (const type of services[name].publishes) published.inc({ type }, 0)
  for (const queue of services[name].consumes) {
    for (const outcome of ['done', 'duplicate', 'retry', 'dead'] satisfies Outcome[])
      handled.inc({ queue, outcome }, 0)
    redelivered.inc({ queue }, 0)
    inFlight.set({ queue }, 0)
    age.zero({ queue })
  }
  return {
    published(types: readonly EventName[], seconds: number): void {
      for (const type of types) published.inc({ type })
      publishing.observe(seconds)
    },
    begins(queue: QueueName, deliveries: readonly { delivery: number }[]): void {
      inFlight.inc({ queue }, deliveries.length)
      const again = deliveries.filter(({ delivery }) => delivery > 1).length
      if (again > 0) redelivered.inc({ queue }, again)
    },
    ends: (queue: QueueName, count: number): void => inFlight.dec({ queue }, count),
    handled(queue: QueueName, outcome: Outcome): void {
      handled.inc({ queue, outcome })
    },
    /** Records the time since the event of a message that was handled. */
    aged: (queue: QueueName, time: string): void =>
      age.observe({ queue }, Math.max(0, Date.now() - Date.parse(time)) / 1000),
  }
}

export type MessageMetrics = ReturnType<typeof createMessageMetrics>
