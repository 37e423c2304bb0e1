import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { listDeadLetters } from '../../db/work/dead-letters.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { createMessageMetrics } from './message-metrics.ts'
import { createSettle } from './settle-delivered.ts'

const queue = 'user_registered_queue'

/** The ids of the dead letters that messages without a valid envelope become. */
async function bury(...messages: unknown[]): Promise<string[]> {
  const { db, drop } = await createTestDatabase()
  onTestFinished(drop)
  const settle = createSettle({
    db,
    broker: {
      finish: async () => true,
      acknowledge: () => {},
      committed: () => {},
      retry: async () => {},
    },
    metrics: createMessageMetrics(createMetrics({ processMetrics: false }), 'email'),
    logger: pino({ level: 'silent' }),
  })
  const times = { storedAt: new Date(), takenMs: 0, deadlineMs: 0 }
  for (const [index, message] of messages.entries())
    await settle({
      taken: { ...{ queue, message, key: `key ${index}`, delivery: 1 }, ...times },
      ending: { kind: 'dead', reason: 'id: Invalid UUID' },
    })
  return (await listDeadLetters(db, 10)).map(({ id }) => id)
}

test('a dead letter has the id of its message, or its place in the broker', async () => {
  expect(await bury({ id: 'seven' }, { id: 7 }, null)).toEqual(['seven', 'key 1', 'key 2'])
})

test('an id that is too long for an index is none', async () => {
  expect(await bury({ id: randomBytes(5000).toString('hex') })).toEqual(['key 0'])
})
