import { readFile } from 'node:fs/promises'
import specs from '@asyncapi/specs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { type Envelope, eventNames, exchanges, queueNames } from '../../model/messages.ts'
import { functionNames } from '../../model/services.ts'
import { describeMessages } from './asyncapi.ts'

const everything = describeMessages({ functions: functionNames, title: 'Lockstep' })

// The formats of the schema are those of its own texts, such as URLs of licences.
const isAsyncApi = new Ajv({ strict: false, validateFormats: false }).compile(
  specs.schemasWithoutId['3.0.0'] as object,
)

/** What a reference such as `#/channels/a` stands for. */
const resolve = (document: object, reference: string) =>
  reference
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document)

test.each([['all functions', functionNames], ...functionNames.map((name) => [name, [name]])] as [
  string,
  typeof functionNames,
][])('the document of %s is valid AsyncAPI without dangling references', (title, functions) => {
  const document = describeMessages({ functions, title })
  expect(isAsyncApi(document), JSON.stringify(isAsyncApi.errors)).toBe(true)
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)]
  expect(references.length).toBeGreaterThan(2)
  for (const [, reference = ''] of references)
    expect(resolve(document, reference), reference).toBeDefined()
})

test('the official schema refuses another kind of operation', () => {
  const [name = ''] = Object.keys(everything.operations)
  const operations = { [name]: { ...everything.operations[name], action: 'publish' } }
  expect(isAsyncApi({ ...everything, operations })).toBe(false)
})

test('every queue and every exchange is a channel', () => {
  const names = [...queueNames, ...Object.values(exchanges)]
  expect(Object.keys(everything.channels).sort()).toEqual(names.sort())
})

test('every event with a queue is a message', () => {
  const withoutQueue = ['ReportGenerated']
  const named = eventNames.filter((event) => !withoutQueue.includes(event))
  expect(Object.keys(everything.components.messages)).toEqual(named)
})

test('a service has its own operations, and an exchange where it publishes to several queues', () => {
  const { operations, channels } = describeMessages({ functions: ['payment'], title: 'payment' })
  expect(Object.keys(operations)).toEqual([
    'payment_send_payment_initiated_queue',
    'payment_send_payment_completed_queue',
    'payment_send_payment_failed',
    'payment_send_order_paid_queue',
    'payment_receive_payment_initiated_queue',
    'payment_receive_payment_completed_queue',
    'payment_receive_stock_reserved_queue',
  ])
  expect(channels.payment_failed?.bindings.amqp).toMatchObject({
    is: 'routingKey',
    exchange: { name: 'payment_failed', type: 'fanout' },
  })
})

const ajv = new Ajv({ validateFormats: false })

/** The attributes of a message as headers, as its delivery has them. */
const headersOf = ({ data: _, correlationid, traceparent, ...attributes }: Envelope) => ({
  'ce-specversion': '1.0',
  'ce-correlationid': correlationid,
  ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])),
  ...(traceparent && { traceparent }),
})

test.each(Object.entries(everything.components.messages))(
  'the document describes a message of the type %s',
  async (type, { headers, payload }) => {
    const file = new URL(`../../tests/fixtures/messages/${type}.1.json`, import.meta.url)
    const message: Envelope = JSON.parse(await readFile(file, 'utf8'))
    const [isHeaders, isPayload] = [ajv.compile(headers), ajv.compile(payload)]
    expect(isHeaders(headersOf(message)), JSON.stringify(isHeaders.errors)).toBe(true)
    expect(isPayload(message.data), JSON.stringify(isPayload.errors)).toBe(true)
    expect(isPayload({ ...message.data, later: 'a field of a later version' })).toBe(true)
    const [field = ''] = payload.required ?? []
    expect(isPayload({ ...message.data, [field]: undefined })).toBe(false)
    expect(isHeaders({ ...headersOf(message), 'ce-type': 'Another' })).toBe(false)
  },
)
