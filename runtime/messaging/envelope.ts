/** Between an event and the message that is stored. */
import { z } from '@hono/zod-openapi'
import type { Announcement, Event } from '../../functions/messaging/event.ts'
import { type Envelope, eventNames, type QueueName } from '../../model/messages.ts'
import { idOfText, newMessageId } from './message-id.ts'

/** What a message hands on of the request or the delivery that published it. */
export type Cause = { correlationid: string; traceparent: string }

const schemaOf = ({ type, version }: Pick<Event, 'type' | 'version'>) =>
  `/schemas/${type}/${version}`

/** Puts an event into its envelope. */
export const seal = (
  { type, version, data, subject }: Announcement,
  { source, ...cause }: Cause & { source: string },
): Envelope => ({
  id: newMessageId(),
  type,
  source,
  time: new Date().toISOString(),
  ...(subject !== undefined && { subject }),
  dataschema: schemaOf({ type, version }),
  ...cause,
  data,
})

/** Ends a message as a dead letter: no further delivery can succeed. */
export class UndeliverableError extends Error {
  override name = 'UndeliverableError'
}

// https://www.w3.org/TR/trace-context/#traceparent-header
const traceparent = z.string().regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/)

const envelope = z.object({
  id: z.uuid(),
  type: z.enum(eventNames),
  source: z.string(),
  time: z.iso.datetime({ offset: true }),
  subject: z.string().optional(),
  dataschema: z.string(),
  correlationid: z.string(),
  traceparent: traceparent.optional(),
  data: z.record(z.string(), z.unknown()),
})

const mostBytes = 1 << 20

/** The message of an error of a schema: the first place that breaks it. */
function firstIssue({ issues: [issue] }: z.core.$ZodError): string {
  const place = issue?.path.join('.')
  return place ? `${place}: ${issue?.message}` : String(issue?.message)
}

const hasEnvelope = (message: object) => 'data' in message

/** The study's messages are the data alone: the queue implies their type. */
function complete(queue: QueueName, event: Event, data: object, storedAt: Date): Envelope {
  const id = idOfText(queue, JSON.stringify(data))
  return {
    id,
    type: event.type,
    source: '/study',
    time: storedAt.toISOString(),
    dataschema: schemaOf(event),
    correlationid: id,
    data: data as Record<string, unknown>,
  }
}

function readEnvelope(message: object, event: Event): Envelope {
  const { success, data, error } = envelope.safeParse(message)
  if (!success) throw new UndeliverableError(firstIssue(error))
  if (data.type !== event.type) throw new UndeliverableError(`type: ${data.type} is not expected`)
  if (data.dataschema !== schemaOf(event))
    throw new UndeliverableError(`dataschema: ${data.dataschema} is not known`)
  return data
}

export type Opened = { envelope: Envelope; data: unknown }

type Stored = { queue: QueueName; message: unknown; storedAt: Date }

/**
 * Takes a message out of its envelope.
 * @throws UndeliverableError if it breaks its schema, is too large, or is no message at all
 */
export function open({ queue, message, storedAt }: Stored, event: Event): Opened {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new UndeliverableError('is no object')
  if (Buffer.byteLength(JSON.stringify(message)) > mostBytes)
    throw new UndeliverableError(`is larger than ${mostBytes} bytes`)
  const envelope = hasEnvelope(message)
    ? readEnvelope(message, event)
    : complete(queue, event, message, storedAt)
  const { success, data, error } = event.data.safeParse(envelope.data)
  if (!success) throw new UndeliverableError(`data.${firstIssue(error)}`)
  return { envelope, data }
}
