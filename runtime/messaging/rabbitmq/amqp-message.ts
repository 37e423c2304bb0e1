/** Between a message as it is stored and as it is in RabbitMQ: CloudEvents in its binary mode. */
import type { AsyncMessage, Envelope as Properties } from 'rabbitmq-client'
import type { Envelope } from '../../../model/messages.ts'

/** A message as RabbitMQ gets it, without where it goes. */
export type AmqpMessage = { properties: Properties; body: unknown }

// https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/amqp-protocol-binding.md
const prefix = 'cloudEvents_'

const headerNames = {
  /** How often it was delivered and failed. */
  attempt: 'x-attempt',
  /** Why its last delivery failed. */
  failure: 'x-failure',
  /** When it was stored, in ISO 8601. */
  storedAt: 'x-stored-at',
} as const

const required = ['id', 'type', 'source', 'time', 'dataschema', 'correlationid'] as const

// What is longer is no short string of AMQP.
const mostBytes = 255
const isShort = (value: unknown): value is string =>
  typeof value === 'string' && Buffer.byteLength(value) <= mostBytes

/** Dead letters that are put back may be anything. */
const isEnvelope = (message: unknown): message is Envelope =>
  typeof message === 'object' &&
  message !== null &&
  'data' in message &&
  required.every((name) => isShort((message as Record<string, unknown>)[name]))

function headersOf(envelope: Envelope): Record<string, string> {
  const attributes = [...required, 'subject' as const]
  const { traceparent } = envelope
  return {
    [`${prefix}specversion`]: '1.0',
    ...Object.fromEntries(
      attributes
        .filter((name) => isShort(envelope[name]))
        .map((name) => [prefix + name, envelope[name]]),
    ),
    ...(isShort(traceparent) && { traceparent }),
  }
}

const json = 'application/json'

/** A message that was stored then, as it is published. */
export function toAmqp(message: unknown, storedAt: Date): AmqpMessage {
  const stored = { [headerNames.storedAt]: storedAt.toISOString() }
  const common = { durable: true, contentType: json }
  if (!isEnvelope(message))
    return { properties: { ...common, headers: stored }, body: bytesOf(message) }
  const { id: messageId, type, time, data } = message
  const timestamp = Math.floor(Date.parse(time) / 1000) || 0
  const headers = { ...headersOf(message), ...stored }
  return { properties: { ...common, messageId, type, timestamp, headers }, body: bytesOf(data) }
}

// The client library would publish a text as it is.
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value ?? null))

type Headers = Record<string, unknown>

/** The attributes of an envelope, if the message came with one. */
function attributesIn(headers: Headers): Record<string, unknown> | undefined {
  if (headers[`${prefix}specversion`] === undefined) return undefined
  const named = Object.entries(headers)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value])
  const { specversion: _, ...rest } = Object.fromEntries(named)
  const { traceparent } = headers
  return { ...rest, ...(traceparent !== undefined && { traceparent }) }
}

/** A body of JSON, whichever type it says; other text stays text. */
function parse(body: unknown): unknown {
  if (!Buffer.isBuffer(body) && typeof body !== 'string') return body
  const text = body.toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const countIn = (value: unknown) => (typeof value === 'number' ? value : 0)

const timeIn = (value: unknown): Date | undefined => {
  const time = typeof value === 'string' ? new Date(value) : undefined
  return Number.isNaN(time?.getTime()) ? undefined : time
}

/** What a delivery of RabbitMQ says about its message. */
export type Read = {
  /** As it was stored. */
  message: unknown
  storedAt: Date
  /** Which delivery this is, from 1: what its consumers counted, and RabbitMQ since then. */
  delivery: number
  failure: string | undefined
}

/** Which delivery of its message this is, from 1. */
export const deliveryOf = ({ headers = {} }: Pick<AsyncMessage, 'headers'>): number =>
  1 + countIn(headers[headerNames.attempt]) + countIn(headers['x-delivery-count'])

const storedAtOf = ({ headers = {}, timestamp }: AsyncMessage): Date =>
  timeIn(headers[headerNames.storedAt]) ?? (timestamp ? new Date(timestamp * 1000) : new Date())

/** Reads a message of ours, or of a publisher that sends the data alone. */
export function fromAmqp(delivered: AsyncMessage): Read {
  const { headers = {}, body } = delivered
  const data = parse(body)
  const envelope = attributesIn(headers)
  const failure = headers[headerNames.failure]
  return {
    message: envelope ? { ...envelope, data } : data,
    storedAt: storedAtOf(delivered),
    delivery: deliveryOf(delivered),
    failure: typeof failure === 'string' ? failure : undefined,
  }
}

const kept = ['contentType', 'contentEncoding', 'messageId', 'timestamp', 'type'] as const

// RabbitMQ counts again for a copy, and routes it to the queues of CC as well.
const isForeign = (name: string) =>
  /^x-(delivery-count|acquired-count|death|(first|last)-death-.*)$|^B?CC$/.test(name)

/** A copy of a delivered message for a further delivery, with what happened so far. */
export function copyOf(
  delivered: AsyncMessage,
  { failed, failure }: { failed: number; failure?: string | undefined },
): AmqpMessage {
  const { headers = {}, body } = delivered
  const own = Object.entries(headers).filter(([name]) => !isForeign(name))
  const properties = Object.fromEntries(kept.map((name) => [name, delivered[name]]))
  const counted = {
    ...Object.fromEntries(own),
    [headerNames.storedAt]: storedAtOf(delivered).toISOString(),
    [headerNames.attempt]: failed,
    ...(failure !== undefined && { [headerNames.failure]: failure }),
  }
  return { properties: { ...properties, durable: true, headers: counted }, body }
}
