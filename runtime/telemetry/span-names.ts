/** The names and attributes of spans, by OpenTelemetry's semantic conventions. */
import { type Attributes, SpanKind } from '@opentelemetry/api'
import { parseServerTiming } from '../../formats/server-timing.ts'
import type { Arrival } from '../http/arrival.ts'
import type { Config } from '../settings/config.ts'
import type { Span } from './spans.ts'

/** A message whose delivery a request is. */
export type Delivered = NonNullable<Arrival['message']>

export const kinds = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
} satisfies Record<Span['kind'], SpanKind>

/** What carries messages, by broker. */
const messagingSystems: Record<Config['BROKER'], string> = {
  embedded: 'pg-boss',
  rabbitmq: 'rabbitmq',
}

/** https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
export const messageAttributes = ({ queue, envelope }: Delivered): Attributes => ({
  'messaging.destination.name': queue,
  'messaging.message.id': envelope.id,
  'messaging.message.conversation_id': envelope.correlationid,
})

export const processAttributes = (message: Delivered): Attributes => ({
  ...messageAttributes(message),
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
})

// A statement with several parts is named by the first one that writes.
const writing = /(?<!\bfor )\b(insert|update|delete)\s+(?:into\s+|from\s+)?"?(\w+)"?/i
const reading = /\b(select)\b[\s\S]*?\bfrom\s+"?(\w+)"?/i

/** `INSERT orders`, by its SQL. */
function queryName(sql: string): string {
  const [, verb = 'query', table = ''] = writing.exec(sql) ?? reading.exec(sql) ?? []
  return `${verb.toUpperCase()} ${table}`.trim()
}

/** The name of a span by the semantic conventions: low in cardinality, such as `POST /reserve_stock` or `INSERT orders`. */
export function nameOf({ name, attributes = {} }: Span): string {
  const { 'db.query.text': sql, 'http.request.method': method, 'url.full': url } = attributes
  const destination = attributes['messaging.destination.name']
  if (destination !== undefined) return `${name} ${destination}`
  if (sql !== undefined) return queryName(String(sql))
  return url === undefined ? name : `${method} ${new URL(String(url)).pathname}`
}

/** The callee's own account of its time, in milliseconds. */
const calleeAttributes = ({ callee }: Span): Attributes =>
  Object.fromEntries(
    [...parseServerTiming(callee ?? null)].map(([name, ms]) => [`lockstep.callee.${name}_ms`, ms]),
  )

function addressAttributes({ attributes = {} }: Span): Attributes {
  if (attributes['url.full'] === undefined) return {}
  const { hostname, port } = new URL(String(attributes['url.full']))
  return { 'server.address': hostname, 'server.port': Number(port || 80) }
}

/** The system of messages, for spans that are of one. */
export const systemOf = (attributes: Attributes, broker: Config['BROKER']): Attributes =>
  attributes['messaging.destination.name'] === undefined
    ? {}
    : { 'messaging.system': messagingSystems[broker] }

/** The attributes of a span, with the address and the account of the callee. */
export const attributesOf = (span: Span): Attributes => ({
  ...span.attributes,
  ...addressAttributes(span),
  ...calleeAttributes(span),
})
