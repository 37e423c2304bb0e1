/** Messages as they are in RabbitMQ, for consumers that are not of the lab. */
import { readFile } from 'node:fs/promises'
import type { SyncMessage } from 'rabbitmq-client'
import { expect, test, vi } from 'vitest'
import { type EventName, type QueueName, queuesOf } from '../../model/messages.ts'
import type { FunctionName } from '../../model/services.ts'
import { brokerName, sharedRabbitmq } from '../broker.ts'
import { openDatabase, runAsync } from './message-services.ts'
import { post } from './services.ts'

const folder = new URL('../fixtures/messages/study/', import.meta.url)
const typesOf = (data: object) =>
  Object.fromEntries(Object.entries(data).map(([field, value]) => [field, typeof value]))

type Row = [EventName, FunctionName, request: [method: string, path: string, body: object]]

const published: Row[] = [
  ['UserRegistered', 'user', ['POST', '/register', { email: 'ada@example.com' }]],
  ['ProductUpdated', 'product', ['PUT', '/products/1', { stock: 5 }]],
  ['OrderCreated', 'order', ['POST', '/create_order', { product_id: 1 }]],
]

/** @throws if there is none, or no queue yet */
async function take(queue: QueueName): Promise<SyncMessage> {
  const message = await sharedRabbitmq().get(queue)
  if (!message) throw new Error(`${queue} is empty`)
  return message
}

test.runIf(brokerName === 'rabbitmq').each(published)(
  "%s has the study's fields, and those of CloudEvents beside them",
  async (type, name, [method, path, body]) => {
    const database = await openDatabase()
    const service = await runAsync(name, database)
    const headers = { traceparent: `00-${'7'.repeat(32)}-${'7'.repeat(16)}-01` }
    expect((await post(service, path, body, { method, headers })).status).toBeLessThan(300)
    const study = JSON.parse(await readFile(new URL(`${type}.json`, folder), 'utf8'))
    const [queue] = queuesOf(type) as [QueueName]
    const message = await vi.waitFor(() => take(queue), { timeout: 10_000 })
    expect(typesOf(message.body)).toMatchObject(typesOf(study))
    expect(message).toMatchObject({
      type,
      contentType: 'application/json',
      durable: true,
      messageId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      timestamp: expect.any(Number),
      headers: {
        cloudEvents_source: `/lockstep/${name}`,
        cloudEvents_dataschema: `/schemas/${type}/1`,
        traceparent: expect.stringMatching(new RegExp(`^00-${'7'.repeat(32)}-`)),
      },
    })
  },
)
