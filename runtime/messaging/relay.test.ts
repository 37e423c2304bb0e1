import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Stored } from '../../db/work/outbox.ts'
import { queueSchema, storeMessages, storeNewMessages } from '../../db/work/store-messages.ts'
import type { Envelope, QueueName } from '../../model/messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { createRelay, type RelayOptions } from './relay.ts'

const queue: QueueName = 'order_created_queue'
const copies: QueueName[] = ['search_product_updates_queue', 'cache_product_updates_queue']
const logger = pino({ level: 'silent' })

const idsOf = (stored: readonly Stored[]) => stored.map(({ message }) => (message as Stored).id)

/** An outbox, and relays that end with the test. */
async function openOutbox() {
  const { db, url, drop } = await createTestDatabase()
  onTestFinished(drop)
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, supervise: false })
  await boss.start()
  for (const name of [queue, ...copies]) await boss.createQueue(name)
  await boss.stop({ graceful: false })
  const store = (...ids: string[]) =>
    storeMessages(
      db,
      queue,
      ids.map((id) => ({ id })),
    )
  /** Stores one message in several queues, as an event that has several consumers. */
  async function storeCopies(): Promise<void> {
    const message = { id: crypto.randomUUID() } as Envelope
    for (const name of copies) await storeNewMessages(db, name, [message])
  }
  /** What is stored, also while a relay has it. */
  async function left(): Promise<string[]> {
    const jobs = sql.table(`${queueSchema}.job`)
    const { rows } = await sql<{ id: string }>`
      select data ->> 'id' as id from ${jobs} order by 1
    `.execute(db)
    return rows.map(({ id }) => id)
  }

  function openRelay(options: Partial<RelayOptions> = {}) {
    const published: string[][] = []
    const { publish = async (stored) => stored.map(() => true), ...others } = options
    const relay = createRelay({
      ...{ db, logger, isReady: () => true, ...others },
      publish(stored) {
        published.push(idsOf(stored).sort())
        return publish(stored)
      },
    })
    onTestFinished(relay.close)
    return { ...relay, published }
  }
  return { store, storeCopies, left, openRelay }
}

test('deletes what is confirmed, and publishes the rest again', async () => {
  const { store, left, openRelay } = await openOutbox()
  let calls = 0
  const publish = async (stored: readonly Stored[]) => {
    calls++
    return idsOf(stored).map((id) => id === 'a' || calls > 1)
  }
  await store('a', 'b', 'c')
  const { published } = openRelay({ publish })
  await expect.poll(left).toEqual([])
  expect(published).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ])
})

test('publishes a message again for the queue that did not get it', async () => {
  const { storeCopies, left, openRelay } = await openOutbox()
  const asked: QueueName[][] = []
  const publish = async (stored: readonly Stored[]) => {
    asked.push(stored.map((one) => one.queue).sort())
    return stored.map((one) => asked.length > 1 || one.queue === copies[0])
  }
  await storeCopies()
  openRelay({ publish })
  await expect.poll(left).toEqual([])
  expect(asked).toEqual([copies.toSorted(), [copies[1]]])
})

test('complains once of a broker that fails again and again', async () => {
  const { store, left, openRelay } = await openOutbox()
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  let isBroken = true
  const publish = async (stored: readonly Stored[]) => {
    if (isBroken) throw new Error('no route')
    return stored.map(() => true)
  }
  await store('a')
  const { published } = openRelay({ publish })
  await expect.poll(() => published.length).toBeGreaterThan(2)
  isBroken = false
  await expect.poll(left).toEqual([])
  expect(warn).toHaveBeenCalledOnce()
})

test('publishes nothing while the broker is away', async () => {
  const { store, left, openRelay } = await openOutbox()
  let isReady = false
  const { wake, published } = openRelay({ isReady: () => isReady })
  await store('a')
  wake()
  expect(await left()).toEqual(['a'])
  expect(published).toEqual([])
  isReady = true
  wake()
  await expect.poll(left).toEqual([])
})

test('publishes one batch after the other', async () => {
  const { store, left, openRelay } = await openOutbox()
  await store(...Array.from({ length: 450 }, (_, n) => String(n)))
  const { published } = openRelay()
  await expect.poll(left).toEqual([])
  expect(published.map((ids) => ids.length)).toEqual([200, 200, 50])
})

test('takes nothing that another one is publishing', async () => {
  const { store, left, openRelay } = await openOutbox()
  const confirmed = Promise.withResolvers<void>()
  const publish = async (stored: readonly Stored[]) => {
    await confirmed.promise
    return stored.map(() => true)
  }
  await store('a')
  const first = openRelay({ publish })
  await expect.poll(() => first.published).toEqual([['a']])
  await store('b')
  const second = openRelay()
  await second.close()
  expect(second.published).toEqual([['b']])
  confirmed.resolve()
  await expect.poll(left).toEqual([])
})

test('publishes once more at its end', async () => {
  const { store, left, openRelay } = await openOutbox()
  let isReady = false
  const { close } = openRelay({ isReady: () => isReady })
  await store('a')
  isReady = true
  await close()
  expect(await left()).toEqual([])
})
