import { sql } from 'kysely'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { queueNames } from '../../model/messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { parseConfig } from '../settings/config.ts'
import { openBoss } from './pg-boss.ts'

async function prepare() {
  const { db, url, drop } = await createTestDatabase()
  const apart = connect({ url, max: 1 })
  onTestFinished(async () => {
    await apart.close()
    await drop()
  })
  const config = parseConfig({ STYLE: 'async', FUNCTION: 'email', DATABASE_URL: url })
  const logger = pino({ level: 'silent' })
  return { db, open: () => openBoss({ url, apart: apart.db, config, consumes: [], logger }) }
}

test('queues that are missing are made again', async () => {
  const { open } = await prepare()
  const first = await open()
  for (const name of ['user_registered_queue', 'report_job_queue'] as const)
    await first.boss.deleteQueue(name)
  expect(await first.boss.getQueues()).toHaveLength(queueNames.length - 2)
  await first.close()
  const second = await open()
  onTestFinished(second.close)
  const names = (await second.boss.getQueues()).map(({ name }) => name)
  expect(names.toSorted()).toEqual(queueNames.toSorted())
})

test('a close ends the connections of the queues', async () => {
  const { db, open } = await prepare()
  const countSessions = async () => {
    const { rows } = await sql<{ open: number }>`
      select count(*)::integer as open from pg_stat_activity where datname = current_database()
    `.execute(db)
    return rows[0]?.open
  }
  // The one that counts, and the one apart.
  const without = 2
  // It has made the schema on connections of the queues.
  await (await open()).close()
  await expect.poll(countSessions).toBe(without)
  const { boss, close } = await open()
  expect(await countSessions()).toBe(without)
  await boss.getDb().executeSql('select 1', [])
  expect(await countSessions()).toBe(without + 1)
  await close()
  await expect.poll(countSessions).toBe(without)
})
