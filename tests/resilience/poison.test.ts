import { expect, onTestFinished, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import {
  deadLettersOf,
  handledOf,
  openDatabase,
  registered,
  runAsync,
  store,
  untilHandled,
} from '../behaviour/message-services.ts'

const queue = 'user_registered_queue'
const preload = new URL('ends-its-process.mjs', import.meta.url).href
const others = (count: number) =>
  Array.from({ length: count }, (_, index) => registered(`user${index}@example.com`))

test('a message that ends its process dies alone', { timeout: 120_000 }, async () => {
  const database = await openDatabase()
  const poison = registered('poison@example.com')
  const good = others(100)
  const environment = { EMAIL_DELAY_MS: '5', NODE_OPTIONS: `--import=${preload}` }
  let starts = 0
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  // As an orchestrator does.
  async function keepRunning(): Promise<void> {
    while (!isOver) {
      const [email] = await runAsync(['email'], database, environment)
      starts++
      await (email as RunningService).exited
    }
  }
  const first = await runAsync(['email'], database, environment)
  await store(database, queue, ...good.slice(0, 50), poison, ...good.slice(50))
  await first[0]?.exited
  void keepRunning().catch(() => {})
  await expect
    .poll(async () => (await deadLettersOf(database)).length, { timeout: 110_000 })
    .toBe(1)
  await untilHandled(database, good.length)
  expect(await deadLettersOf(database)).toMatchObject([
    { id: poison.id, attempts: 6, reason: expect.stringContaining('its process has ended') },
  ])
  expect(starts).toBeLessThanOrEqual(6)
  expect(new Set(await handledOf(database))).toEqual(new Set(good.map(({ id }) => id)))
})
