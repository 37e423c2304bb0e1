import { PgBoss } from 'pg-boss'
import { expect, onTestFinished, test } from 'vitest'
import { queueSchema } from '../../db/work/store-messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { channel } from './hearing.ts'

test('pg-boss notifies of a new message on our channel', async () => {
  const { url, drop } = await createTestDatabase()
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, schedule: false })
  await boss.start()
  await boss.createQueue('some_queue', { notify: true })
  const heard: string[] = []
  const hear = (payload: string) => void heard.push(payload)
  const handle = await boss.getDb().listen?.(channel, hear, () => {})
  onTestFinished(async () => {
    await handle?.close()
    await boss.stop({ graceful: false })
    await drop()
  })
  await boss.send('some_queue', {})
  await expect.poll(() => heard).toEqual(['some_queue'])
})
