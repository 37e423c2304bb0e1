/** A message that cannot be handled among many that can: first in its queue, or in the middle. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { dropDeadLetters } from '../../db/work/dead-letters.ts'
import { metrics } from '../../model/metrics.ts'
import { deadIn, handledIn, put, registrationOf } from '../messages.ts'
import { sampleOf } from './lab.ts'
import { deadlyAddress, type MailRoom, openMailRoom, queue, type Shift } from './mail-room.ts'
import { isFull, scaled } from './scale.ts'

const many = scaled(1000, 200)
const places = [
  ['first', 0],
  ['in the middle', many / 2],
] as const
const patience = { timeout: 180_000, interval: 100 }
/** Shorter than any wait before a retry: a queue that waits for one is slower by more. */
const noiseMs = 250

let room: MailRoom
beforeAll(async () => {
  room = await openMailRoom()
})
afterAll(() => room.close())

async function begin(state: 'broken' | 'repaired'): Promise<Shift> {
  const shift = await room.start(state)
  onTestFinished(shift.stop)
  return shift
}

/** Puts good messages into the queue, in their order around a poisonous one. */
async function putAround(place: number, poison: readonly unknown[]): Promise<string[]> {
  const good = Array.from({ length: many }, (_, index) => registrationOf(`a${index}@example.com`))
  await put(room, queue, good.slice(0, place))
  await put(room, queue, poison)
  await put(room, queue, good.slice(place))
  return good.map(({ id }) => id)
}

/** Waits until all of these have been handled. */
async function untilHandled(ids: readonly string[]): Promise<Map<string, number>> {
  let ages = new Map<string, number>()
  const missing = async () => {
    ages = await handledIn(room.db, queue)
    return ids.filter((id) => !ages.has(id)).length
  }
  await expect.poll(missing, patience).toBe(0)
  return ages
}

/** The 95th percentile from stored to handled, in milliseconds. */
async function p95Around(place: number, poison: readonly unknown[]): Promise<number> {
  const ids = await putAround(place, poison)
  const ages = await untilHandled(ids)
  const sorted = ids.map((id) => ages.get(id) ?? NaN).sort((a, b) => a - b)
  return sorted[Math.floor(many * 0.95)] ?? NaN
}

describe('a message that breaks its schema', { timeout: 200_000 }, () => {
  test.each(places)('is dead at once, and holds nobody up: %s', async (_name, place) => {
    await begin('repaired')
    await dropDeadLetters(room.db, { queue })
    await p95Around(0, [])
    const usual = [await p95Around(0, []), await p95Around(0, [])]
    const poison = { ...registrationOf('ada@example.com'), data: { user_id: 1 } }
    const among = await p95Around(place, [poison])
    console.log(
      `p95 ${usual.map(Math.round).join(' and ')} ms, with poison ${Math.round(among)} ms`,
    )
    const [least, most] = [Math.min(...usual), Math.max(...usual)]
    expect(among).toBeLessThanOrEqual(most + Math.max(most - least, noiseMs))
    expect(await deadIn(room.db, queue)).toEqual([
      expect.objectContaining({
        id: poison.id,
        attempts: 1,
        reason: expect.stringMatching('email'),
      }),
    ])
  })
})

/** Puts the dead letters of the queue back, as a user does. */
const redrive = () =>
  promisify(execFile)(process.execPath, ['cli/dead.ts', '--redrive', queue], {
    env: { ...process.env, DATABASE_URL: room.databaseUrl },
  })

describe('a message that ends its process', { timeout: 400_000 }, () => {
  test.each(isFull ? places : places.slice(1))(
    'is dead after its attempts, and no other is: %s',
    async (_name, place) => {
      const broken = await begin('broken')
      await dropDeadLetters(room.db, { queue })
      const poison = registrationOf(deadlyAddress)
      const ids = await putAround(place, [poison])
      await untilHandled(ids)
      await expect.poll(() => deadIn(room.db, queue), patience).toHaveLength(1)
      const [letter] = await deadIn(room.db, queue)
      expect(letter).toMatchObject({ id: poison.id, reason: expect.stringMatching(/./) })
      expect(letter?.attempts).toBeLessThanOrEqual(6)
      expect(broken.crashes()).toBeGreaterThan(1)
      expect(broken.crashes()).toBeLessThanOrEqual(6)
      await broken.stop()

      const repaired = await begin('repaired')
      await redrive()
      await untilHandled([poison.id])
      await expect(redrive()).rejects.toThrow('There is no dead letter')
      expect(await sampleOf(repaired.service().url, metrics.messagesHandled.name)).toBe(1)
      expect(await deadIn(room.db, queue)).toEqual([])
    },
  )

  test.runIf(isFull)('takes no good one with it, however many there are', async () => {
    await begin('broken')
    await dropDeadLetters(room.db, { queue })
    const poison = Array.from({ length: 5 }, () => registrationOf(deadlyAddress))
    const good = Array.from({ length: 20 }, () => registrationOf('ada@example.com'))
    await put(room, queue, [...poison, ...good])
    await expect.poll(() => deadIn(room.db, queue), patience).toHaveLength(poison.length)
    await untilHandled(good.map(({ id }) => id))
    const dead = (await deadIn(room.db, queue)).map(({ id }) => id)
    expect(dead.toSorted()).toEqual(poison.map(({ id }) => id).toSorted())
  })
})
