import { setImmediate as turn } from 'node:timers/promises'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { QueueName } from '../../model/messages.ts'
import type { AnySubscriptions } from '../apps.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import type { Broker, Taken } from './broker.ts'
import { createConsumer } from './consume.ts'
import { createDeadlines } from './deadlines.ts'
import type { Delivered, Ending } from './ending.ts'
import { createMessageMetrics } from './message-metrics.ts'

const queue: QueueName = 'user_registered_queue'

const takenOf = (key: string, delivery = 1): Taken => ({
  ...{ queue, message: {}, key, delivery, storedAt: new Date() },
  ...{ takenMs: 0, deadlineMs: Infinity },
})

/** A consumer of messages that wait in this process, whose deliveries the test ends. */
function consume(waiting: Taken[], broken: Partial<Broker> = {}) {
  const begun = new Map<string, (ending: Ending) => void>()
  const givenBack: string[] = []
  const broker = {
    take: async (_: QueueName, most: number) => waiting.splice(0, most),
    peek: async () => [{ queue, ready: waiting.length > 0, suspect: false }],
    giveBack: async (taken: readonly Taken[]) => {
      givenBack.push(...taken.map(({ key }) => key))
    },
    isListening: () => true,
    unsubscribe: async () => {},
    ...broken,
  } as Partial<Broker> as Broker
  const deadlines = createDeadlines()
  const consumer = createConsumer({
    ...{ broker, deadlines, slots: 10, isAfterCrash: false },
    subscriptions: { [queue]: {} } as AnySubscriptions,
    deliver: (taken) =>
      new Promise((resolve) => {
        for (const one of taken)
          begun.set(one.key, (ending) => resolve([{ taken: one, ending } as Delivered]))
      }),
    settle: async () => {},
    gate: { waitLimitMs: 0, estimateWaitMs: () => 0, waitedMs: () => -Infinity },
    metrics: createMessageMetrics(createMetrics({ processMetrics: false }), 'email'),
    logger: pino({ level: 'silent' }),
  })
  onTestFinished(async () => {
    for (const end of begun.values()) end({ kind: 'done' })
    await consumer.close()
  })
  return { consumer, begun, givenBack }
}

const unavailable: Ending = { kind: 'unavailable' }

test('what ends while others are given back is given back as well', async () => {
  const given = Promise.withResolvers<void>()
  const givenBack: string[][] = []
  const giveBack: Broker['giveBack'] = async (taken) => {
    givenBack.push(taken.map(({ key }) => key))
    await given.promise
  }
  const { begun } = consume([takenOf('one'), takenOf('two')], { giveBack })
  await expect.poll(() => begun.size).toBe(2)
  begun.get('one')?.(unavailable)
  await expect.poll(() => givenBack).toEqual([['one']])
  begun.get('two')?.(unavailable)
  await turn()
  given.resolve()
  await expect.poll(() => givenBack).toEqual([['one'], ['two']])
})

test('what was taken is given back if suspects cannot be set aside', async () => {
  let isBroken = true
  const setAside: Broker['setAside'] = async () => {
    if (isBroken) throw new Error('connection lost')
  }
  const { begun, givenBack } = consume([takenOf('one'), takenOf('suspect', 3)], { setAside })
  await expect.poll(() => [...begun.keys()]).toEqual(['one'])
  isBroken = false
  await expect.poll(() => givenBack).toEqual(['suspect'])
})
