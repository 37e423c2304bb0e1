/** The AsyncAPI document of what functions publish and consume. https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
import { z } from '@hono/zod-openapi'
import { type EventName, eventNames, eventOf, exchanges, queuesOf } from '../../model/messages.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import type { Event } from './event.ts'
import { events } from './events.ts'

export type Description = { functions: readonly FunctionName[]; title: string }

const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` })

const lasting = { durable: true, autoDelete: false, vhost: '/' }

const queueBinding = (name: string) => ({
  is: 'queue',
  queue: { name, ...lasting, exclusive: false },
})

const exchangeBinding = (name: string) => ({
  is: 'routingKey',
  exchange: { name, type: 'fanout', ...lasting },
})

/** Where an event is sent: its exchange, or its only queue. An event without either goes nowhere. */
const targetOf = (event: EventName): string | undefined => exchanges[event] ?? queuesOf(event).at(0)

/** A queue, or the exchange of several. */
function channelOf(address: string, event: EventName) {
  const exchange = exchanges[event]
  const copies = `The exchange ${exchange} copies each ${event} into ${queuesOf(event).join(', ')}`
  const binding = address === exchange ? exchangeBinding(address) : queueBinding(address)
  return {
    address,
    ...(exchange && { description: copies }),
    messages: { [event]: ref('components', 'messages', event) },
    bindings: { amqp: { ...binding, bindingVersion: '0.3.0' } },
  }
}

type Operation = { of: FunctionName; action: 'send' | 'receive'; event: EventName; channel: string }

const sendsOf = (of: FunctionName): Operation[] =>
  services[of].publishes.flatMap((event) => {
    const channel = targetOf(event)
    return channel ? [{ of, action: 'send', event, channel }] : []
  })

const receivesOf = (of: FunctionName): Operation[] =>
  services[of].consumes.map((queue) => ({
    of,
    action: 'receive',
    event: eventOf(queue),
    channel: queue,
  }))

const describe = ({ of, action, event, channel }: Operation) => ({
  action,
  channel: ref('channels', channel),
  messages: [ref('channels', channel, 'messages', event)],
  tags: [{ name: services[of].name }],
})

const publishersOf = (event: EventName) =>
  functionNames.filter((name) => services[name].publishes.includes(event))

/** The attributes of CloudEvents, as headers of a request: HTTP in binary mode. */
const headersOf = ({ type, version }: Event) => ({
  type: 'object',
  required: ['ce-specversion', 'ce-id', 'ce-type', 'ce-source', 'ce-time', 'ce-correlationid'],
  properties: {
    'ce-specversion': { const: '1.0' },
    'ce-id': { type: 'string', format: 'uuid', description: 'The same for each delivery.' },
    'ce-type': { const: type },
    'ce-source': { enum: publishersOf(type).map((name) => `/lockstep/${name}`) },
    'ce-time': { type: 'string', format: 'date-time' },
    'ce-subject': { type: 'string', description: 'The row that it is about, such as order/7.' },
    'ce-dataschema': { const: `/schemas/${type}/${version}` },
    'ce-correlationid': { type: 'string', description: 'The id of the accepted request.' },
    traceparent: { type: 'string' },
  },
})

/** What a consumer accepts: fields that it does not know may follow. */
const payloadOf = ({ data }: Event) => z.toJSONSchema(data, { target: 'draft-7', io: 'input' })

const messageOf = (event: Event) => ({
  name: event.type,
  title: event.type,
  contentType: 'application/json',
  correlationId: { location: '$message.header#/ce-correlationid' },
  headers: headersOf(event),
  payload: payloadOf(event),
})

/** The document of these functions: channels are queues and exchanges, operations their part. */
export function describeMessages({ functions, title }: Description) {
  const operations = functions.flatMap((of) => [...sendsOf(of), ...receivesOf(of)])
  return {
    asyncapi: '3.0.0',
    info: { title, version: '1.0.0' },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      operations.map(({ channel, event }) => [channel, channelOf(channel, event)]),
    ),
    operations: Object.fromEntries(
      operations.map((each) => [`${each.of}_${each.action}_${each.channel}`, describe(each)]),
    ),
    components: {
      messages: Object.fromEntries(
        eventNames
          .filter((type) => operations.some(({ event }) => event === type))
          .map((type) => [type, messageOf(events[type])]),
      ),
    },
  }
}
