import { expect, test } from 'vitest'
import { type Backlog, drain } from './drain.ts'

const drainOf = (...waiting: (number | undefined)[]) => {
  const readings = waiting.map((count): Backlog | undefined =>
    count === undefined ? undefined : { waiting: count, dead: 0 },
  )
  const last = readings.at(-1)
  return drain({
    read: async () => (readings.length > 0 ? readings.shift() : last),
    signal: new AbortController().signal,
    say: () => {},
    patienceMs: 20,
    countMs: 1,
  })
}

test('a drain ends when no message waits', async () => {
  expect(await drainOf(0)).toBe('No message was left a second after the load.')
  expect(await drainOf(3, 5, 1, 0)).toBe(
    '3 messages left a second after the load, all done after 0 s.',
  )
})

test('a backlog that does not shrink is named', async () => {
  await expect(drainOf(3, undefined, 2)).rejects.toThrow('2 messages still wait, and none was done')
})

test('a backlog that no service shows is named', async () => {
  await expect(drainOf(undefined)).rejects.toThrow('No service shows messages_backlog')
  expect(await drainOf(undefined, 1, undefined, 0)).toMatch(/^1 message left .+ all done/)
})

test('dead letters are named', async () => {
  const read = async () => ({ waiting: 0, dead: 1 })
  const { signal } = new AbortController()
  expect(await drain({ read, signal, say: () => {}, countMs: 1 })).toBe(
    'No message was left a second after the load. 1 dead letter: npm run dead lists them.',
  )
})
