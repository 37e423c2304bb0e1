import { expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { put, registrationOf } from '../messages.ts'
import { openDatabase, runAsync, untilHandled } from './message-services.ts'
import { sample } from './services.ts'

const queue = 'user_registered_queue'
const handled = { queue, outcome: 'done' }

test('replicas of a consumer share its queue', async () => {
  const database = await openDatabase()
  const settings = { CONCURRENCY: '1', EMAIL_DELAY_MS: '20' }
  const start = () => runAsync('email', database, settings)
  const replicas = await Promise.all([start(), start(), start()])
  const messages = Array.from({ length: 60 }, (_, user) => registrationOf(`${user}@example.com`))
  await put(database, queue, messages)
  await untilHandled(database, 60)
  const counts = await Promise.all(
    replicas.map((replica) => sample(replica, metrics.messagesHandled.name, handled)),
  )
  expect(counts.reduce<number>((sum, count = 0) => sum + count, 0)).toBe(60)
  for (const count of counts) expect(count).toBeGreaterThanOrEqual(10)
})
