/** The messages that accepted requests have stored, against the documents of their publishers. */
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { z } from 'zod'
import { type EventName, queueNames } from '../../model/messages.ts'
import { functionNames } from '../../model/services.ts'
import { brokerName, sharedRabbitmq } from '../broker.ts'
import type { Published } from '../rabbitmq.ts'
import { endOf } from './accepted-work.ts'
import { type Exchange, newAddress, send } from './exchange.ts'

type Document = { components: { messages: { [E in EventName]?: { payload: object } } } }

/** The payload of each event, as the documents of all services describe it. */
async function readPayloads(): Promise<Map<string, z.ZodType>> {
  const documents = await Promise.all(
    functionNames.map(async (service) => {
      const { body } = await send({ service, method: 'GET', path: '/asyncapi.json' })
      return Object.entries((body as Document).components.messages)
    }),
  )
  return new Map(
    documents.flat().map(([type, { payload }]) => [type, z.fromJSONSchema(payload as never)]),
  )
}

async function readMessages(): Promise<Published[]> {
  if (brokerName === 'rabbitmq') return sharedRabbitmq().readTap()
  const client = new Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  try {
    const text = 'select name as queue, data as message from pgboss.job where name = any($1)'
    return (await client.query(text, [queueNames])).rows
  } finally {
    await client.end()
  }
}

const accept = async (exchange: Exchange) => (await send(exchange)).body as Record<string, unknown>

/** One request of each kind, and the ends of those that last. */
async function acceptAll(): Promise<void> {
  const order = (payment: string) =>
    accept({ service: 'order', path: '/create_order', body: { product_id: 1, payment } })
  await accept({ service: 'user', path: '/register', body: { email: newAddress() } })
  await accept({ service: 'product', method: 'PUT', path: '/products/1', body: { stock: 5 } })
  const click = { user_id: 1, page: '/', session_id: null }
  await accept({ service: 'analytics', path: '/track_click', body: click })
  const { payment_id } = await accept({
    service: 'payment',
    path: '/process_payment',
    body: { amount: 1 },
  })
  const { job_id } = await accept({ service: 'report', path: '/generate_report' })
  for (const { id } of [await order('fail'), await order('succeed')])
    await endOf('order', `/orders/${id}`)
  await endOf('payment', `/jobs/${payment_id}`)
  await endOf('report', `/jobs/${job_id}`)
}

test.skipIf(inject('databaseUrl') === '')(
  'every stored message is as its document says (needs DATABASE_URL)',
  async () => {
    if (brokerName === 'rabbitmq') await sharedRabbitmq().openTap()
    await acceptAll()
    const [payloads, messages] = [await readPayloads(), await readMessages()]
    // Done messages are kept for a minute; no order here lacks its stock.
    const met = queueNames.filter((name) => messages.some(({ queue }) => queue === name))
    expect(met).toEqual(expect.arrayContaining(queueNames.filter((name) => !/rejected/.test(name))))
    const unfit = messages.filter(
      ({ message }) => payloads.get(message.type)?.safeParse(message.data).success !== true,
    )
    expect(unfit).toEqual([])
  },
)
