/** Stores the events of a request or of a delivery, in its transaction. */
import type { Db } from '../../db/schema.ts'
import type { Announcement } from '../../functions/messaging/event.ts'
import { type Envelope, exchanges, type QueueName, queuesOf } from '../../model/messages.ts'
import type { FunctionName } from '../../model/services.ts'
import { newSpanId, requestIdOf, traceOf, writeTrace } from '../telemetry/propagation.ts'
import { currentRequest, recordSpan } from '../telemetry/spans.ts'
import type { Broker } from './broker.ts'
import { seal } from './envelope.ts'
import type { MessageMetrics } from './message-metrics.ts'

export type PublisherOptions = {
  name: FunctionName
  broker: Pick<Broker, 'store' | 'storeAlone'>
  metrics: MessageMetrics
}

/** A message, and the span of its publication. */
export type Sealed = { envelope: Envelope; spanId: string }

const destinationOf = ({ type }: Envelope) => exchanges[type] ?? queuesOf(type)[0] ?? type

function recordPublished({ envelope, spanId }: Sealed, start: number): void {
  const destination = destinationOf(envelope)
  recordSpan({
    name: 'publish',
    kind: 'producer',
    start,
    id: spanId,
    attributes: {
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': destination,
      'messaging.message.id': envelope.id,
      'messaging.message.conversation_id': envelope.correlationid,
    },
  })
}

function sealNow(source: string, announcement: Announcement): Sealed {
  const request = currentRequest()
  if (!request) throw new Error('An event is published outside of a request')
  const spanId = newSpanId()
  const cause = {
    correlationid: requestIdOf(request),
    traceparent: writeTrace(traceOf(request), spanId),
  }
  return { envelope: seal(announcement, { source, ...cause }), spanId }
}

const byQueue = (sealed: readonly Sealed[]) =>
  Map.groupBy(
    sealed.flatMap(({ envelope }) =>
      queuesOf(envelope.type).map((queue: QueueName) => ({ queue, envelope })),
    ),
    ({ queue }) => queue,
  )

export function createPublisher({ name, broker, metrics }: PublisherOptions) {
  const sealHere = (announcement: Announcement) => sealNow(`/lockstep/${name}`, announcement)

  type Store = Broker['store']

  const storeBy = (store: Store) => async (db: Db, sealed: readonly Sealed[]) => {
    const start = performance.now()
    for (const [queue, messages] of byQueue(sealed))
      await store(
        db,
        queue,
        messages.map(({ envelope }) => envelope),
      )
    metrics.published(
      sealed.map(({ envelope }) => envelope.type),
      (performance.now() - start) / 1000,
    )
  }
  const store = storeBy((...stored) => broker.store(...stored))

  return {
    /** Puts an event of the current request into its envelope. */
    seal: sealHere,
    /** Stores messages that announce no change; they are durable when it resolves. */
    storeAlone: storeBy((...stored) => broker.storeAlone(...stored)),
    /** Records the publication of a message as a span of the current request. */
    record: recordPublished,
    /** Stores events of the current request in the transaction of `db`. */
    async publish(db: Db, announcements: readonly Announcement[]): Promise<void> {
      const start = performance.now()
      const sealed = announcements.map(sealHere)
      await store(db, sealed)
      for (const message of sealed) recordPublished(message, start)
    },
  }
}

export type Publisher = ReturnType<typeof createPublisher>
