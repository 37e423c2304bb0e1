import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import {
  type Envelope,
  type EventName,
  eventNames,
  eventOf,
  type QueueName,
  queuesOf,
} from '../../model/messages.ts'
import { consumerOf } from '../../tests/consumption.ts'
import { occurred, publish } from './event.ts'
import { events } from './events.ts'

const folder = new URL('../../tests/fixtures/messages/', import.meta.url)
const read = async (path: string) => JSON.parse(await readFile(new URL(path, folder), 'utf8'))
const filesIn = async (path: string) =>
  (await readdir(new URL(path, folder))).filter((file) => file.endsWith('.json'))

const published = await filesIn('.')
const studied = await filesIn('study/')

/** The request that a queue makes of a message; `undefined` if it is only noted. */
async function requestOf(queue: QueueName, data: unknown) {
  const { subscription } = await consumerOf(queue)
  const parsed = subscription.event.data.parse(data) as never
  if (!('deliver' in subscription)) return undefined
  const { route, body } = subscription.deliver(parsed)
  // biome-ignore lint/suspicious/noExplicitAny: the schemas of a contract, by their place
  const { schema } = (route.request as any).body.content['application/json']
  return schema.parse(body)
}

test('each version of each event has its fixture', () => {
  const versions = eventNames.map((type) => `${type}.${events[type].version}.json`)
  expect(published).toEqual(expect.arrayContaining(versions))
})

test.each(published)('%s is still consumed', async (file) => {
  const message: Envelope = await read(file)
  const [type, version] = file.split('.')
  expect([message.type, message.dataschema]).toEqual([type, `/schemas/${type}/${version}`])
  for (const queue of queuesOf(message.type))
    await expect(requestOf(queue, { ...message.data, shoe_size: 44 })).resolves.not.toThrow()
})

test.each(published)('%s is what is published', async (file) => {
  const { type, data }: Envelope = await read(file)
  expect(publish(events[type], { ...data, shoe_size: 44 })).toMatchObject({ type, data })
})

// The study's inventory cannot give back what its message does not name.
const unusable = ['PaymentFailed.json']

test.each(studied.filter((file) => !unusable.includes(file)))(
  "the study's %s is consumed",
  async (file) => {
    const data = await read(`study/${file}`)
    for (const queue of queuesOf(file.split('.')[0] as EventName))
      await expect(requestOf(queue, data)).resolves.not.toThrow()
  },
)

test.each(unusable)("the study's %s names no stock", async (file) => {
  const data = await read(`study/${file}`)
  await expect(requestOf('inventory_payment_failed_queue', data)).rejects.toThrow('product_id')
})

test.each(
  eventNames.flatMap((type) => queuesOf(type)).filter((queue) => queue !== 'click_tracked_queue'),
)('%s refuses a message without its fields', async (queue) => {
  await expect(requestOf(queue, {})).rejects.toThrow(/Invalid input/)
  expect((await consumerOf(queue)).subscription.event.type).toBe(eventOf(queue))
})

test.each([
  ['2025-01-01T12:00:00', '2025-01-01T12:00:00.000Z'],
  ['2025-01-01T12:00:00.123456', '2025-01-01T12:00:00.123Z'],
  ['2025-01-01T12:00:00+02:00', '2025-01-01T10:00:00.000Z'],
  ['2025-01-01T12:00:00.5Z', '2025-01-01T12:00:00.500Z'],
])('the time %s is %s', (time, utc) => {
  expect(occurred.parse(time)).toBe(utc)
})

test.each(['yesterday', '2025-01-01', '2025-13-01T12:00:00Z', 1_735_732_800])(
  '%j is no time',
  (time) => {
    expect(occurred.safeParse(time).success).toBe(false)
  },
)
