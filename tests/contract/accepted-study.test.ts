/** Messages of the study's own services, and ours as they would read them. */
import { readdir, readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { type EventName, queuesOf } from '../../model/messages.ts'
import { brokerName, sharedRabbitmq } from '../broker.ts'

const folder = new URL('../fixtures/messages/study/', import.meta.url)
// The study's inventory cannot give back what its PaymentFailed does not name.
const files = (await readdir(folder)).filter((file) => file !== 'PaymentFailed.json')
const queuesAndFiles = files.flatMap((file) =>
  queuesOf(file.replace('.json', '') as EventName).map((queue) => [queue, file] as const),
)

/** What is known of messages that came without an id: theirs is that of their request, too. */
async function ask(text: string, queue: string): Promise<number> {
  const client = new Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  try {
    return Number((await client.query<{ count: string }>(text, [queue])).rows[0]?.count)
  } finally {
    await client.end()
  }
}
const handledIn = (queue: string) =>
  ask('select count(*) from inbox where consumer = $1 and message_id::text = correlation_id', queue)
const deadIn = (queue: string) => ask('select count(*) from dead_letters where queue = $1', queue)

describe.runIf(brokerName === 'rabbitmq')("a message of the study's services", () => {
  // They publish a body of JSON, and nothing beside it.
  test.each(queuesAndFiles)('in %s is handled, once', async (queue, file) => {
    const message = JSON.parse(await readFile(new URL(file, folder), 'utf8'))
    const [handled, dead] = [await handledIn(queue), await deadIn(queue)]
    await sharedRabbitmq().put(queue, [message, message])
    await expect.poll(() => handledIn(queue)).toBe(handled + 1)
    expect(await deadIn(queue)).toBe(dead)
  })
})
