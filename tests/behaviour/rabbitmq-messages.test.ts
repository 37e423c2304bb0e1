/** What only RabbitMQ does with messages; the other tests of messages run with both brokers. */
import { describe, expect, test } from 'vitest'
import { deadLettersOf } from '../../model/messages.ts'
import { metrics } from '../../model/metrics.ts'
import { brokerName, sharedRabbitmq } from '../broker.ts'
import { deadIn, put, registrationOf } from '../messages.ts'
import { handledOf, openDatabase, runAsync, untilHandled } from './message-services.ts'
import { sample } from './services.ts'

const queue = 'user_registered_queue'
const settings = { EMAIL_DELAY_MS: '0' }

describe.runIf(brokerName === 'rabbitmq')('with RabbitMQ', () => {
  test('what RabbitMQ gave up is a dead letter', async () => {
    const database = await openDatabase()
    await runAsync('email', database, settings)
    await sharedRabbitmq().put(deadLettersOf(queue), [registrationOf('ada@example.com')])
    await expect
      .poll(() => deadIn(database.db, queue))
      .toMatchObject([{ reason: expect.stringContaining('RabbitMQ gave it up') }])
    expect(await handledOf(database)).toEqual([])
  })

  test('a stop gives back what was not begun, uncounted', async () => {
    const database = await openDatabase()
    const slow = { EMAIL_DELAY_MS: '500', CONCURRENCY: '10' }
    const email = await runAsync('email', database, slow)
    const many = Array.from({ length: 100 }, () => registrationOf('ada@example.com'))
    await put(database, queue, many)
    await expect.poll(() => sample(email, metrics.messagesInFlight.name, { queue })).toBe(10)
    expect(await email.stop()).toBe(0)
    const handled = (await handledOf(database)).length
    expect(handled).toBeGreaterThanOrEqual(10)
    expect(handled).toBeLessThan(100)
    const again = await runAsync('email', database, settings)
    await untilHandled(database, 100)
    expect(await sample(again, metrics.messagesRedelivered.name, { queue })).toBe(0)
  })

  test('a queue that is deleted is declared again', async () => {
    const database = await openDatabase()
    await runAsync('email', database, settings)
    await sharedRabbitmq().deleteQueue(queue)
    const message = registrationOf('ada@example.com')
    await put({ db: database.db, broker: {} }, queue, [message])
    await untilHandled(database, 1)
  })
})
