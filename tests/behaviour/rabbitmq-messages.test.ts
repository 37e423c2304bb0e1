import { describe, expect, test } from 'vitest'
import { deadLettersOf } from '../../model/messages.ts'
import { metrics } from '../../model/metrics.ts'
import { deadIn, put, registrationOf } from '../messages.ts'
import { hasRabbitmq, shareRabbitmq } from '../rabbitmq.ts'
import { handledOf, openDatabase, runAsync, untilHandled } from './message-services.ts'
import { sample } from './services.ts'

const broker = hasRabbitmq ? shareRabbitmq() : undefined
const queue = 'user_registered_queue'
const settings = () => ({ ...broker?.settings(), EMAIL_DELAY_MS: '0' })
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => registrationOf(`user${index}@example.com`))

/** Publishes the data of a message alone, as the study's services do. */
async function publishAs(routingKey: string, data: object): Promise<void> {
  const connection = broker?.connection()
  const publisher = connection?.createPublisher({ confirm: true })
  await publisher?.send({ exchange: '', routingKey, durable: true }, data)
  await publisher?.close()
}

const waitingIn = async (name: string) =>
  (await broker?.connection().queueDeclare({ queue: name, passive: true }))?.messageCount

describe.skipIf(!hasRabbitmq)('with RabbitMQ', () => {
  test('a message of the study is handled once', async () => {
    const database = await openDatabase()
    const email = await runAsync('email', database, settings())
    const data = { user_id: 1, email: 'ada@example.com', timestamp: '2025-01-01T12:00:00.123456' }
    await publishAs(queue, data)
    await publishAs(queue, data)
    const duplicates = () =>
      sample(email, metrics.messagesHandled.name, { queue, outcome: 'duplicate' })
    await expect.poll(duplicates).toBe(1)
    expect(await handledOf(database)).toHaveLength(1)
  })

  test('a delivery that fails is repeated', async () => {
    const database = await openDatabase()
    const FAULTS = JSON.stringify({ email: { error_rate: 1, for_ms: 1000 } })
    await runAsync('email', database, { ...settings(), FAULTS })
    const message = registrationOf('ada@example.com')
    await put(database.db, queue, [message])
    await expect.poll(() => handledOf(database)).toEqual([message.id])
    expect(await deadIn(database.db, queue)).toEqual([])
  })

  test('a message whose deliveries failed five times is a dead letter', async () => {
    const database = await openDatabase()
    const FAULTS = '{"email":{"error_rate":1}}'
    await runAsync('email', database, { ...settings(), FAULTS })
    const message = registrationOf('ada@example.com')
    await put(database.db, queue, [message])
    await expect
      .poll(() => deadIn(database.db, queue), { timeout: 25_000 })
      .toMatchObject([
        {
          ...{ id: message.id, message, attempts: 6 },
          reason: '5 deliveries have failed, the last: answered 500: Injected failure',
        },
      ])
    await expect.poll(() => waitingIn(queue)).toBe(0)
  })

  test('a message that breaks its schema is dead at once', async () => {
    const database = await openDatabase()
    await runAsync('email', database, settings())
    await publishAs(queue, { user_id: 1 })
    await expect
      .poll(() => deadIn(database.db, queue))
      .toMatchObject([{ attempts: 1, reason: expect.stringContaining('email') }])
  })

  test('what RabbitMQ gave up is a dead letter', async () => {
    const database = await openDatabase()
    await runAsync('email', database, settings())
    await publishAs(deadLettersOf(queue), {
      user_id: 1,
      email: 'ada@example.com',
      timestamp: '2025-01-01T12:00:00',
    })
    await expect
      .poll(() => deadIn(database.db, queue))
      .toMatchObject([{ reason: expect.stringContaining('RabbitMQ gave it up') }])
    expect(await handledOf(database)).toEqual([])
  })

  test('a stop gives back what was not begun, uncounted', async () => {
    const database = await openDatabase()
    const slow = { ...settings(), EMAIL_DELAY_MS: '500', CONCURRENCY: '10' }
    const email = await runAsync('email', database, slow)
    await put(database.db, queue, many(100))
    const inFlight = () => sample(email, metrics.messagesInFlight.name, { queue })
    await expect.poll(inFlight).toBe(10)
    expect(await email.stop()).toBe(0)
    const handled = (await handledOf(database)).length
    expect(handled).toBeGreaterThanOrEqual(10)
    expect(handled).toBeLessThan(100)
    const again = await runAsync('email', database, settings())
    await untilHandled(database, 100)
    expect(await sample(again, metrics.messagesRedelivered.name, { queue })).toBe(0)
  })

  test('a queue that is deleted is declared again', async () => {
    const database = await openDatabase()
    await runAsync('email', database, settings())
    await runAsync('user', database, settings())
    await broker?.connection().queueDelete({ queue })
    const message = registrationOf('ada@example.com')
    await put(database.db, queue, [message])
    await untilHandled(database, 1)
  })
})
