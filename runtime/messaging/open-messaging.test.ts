import { sql } from 'kysely'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import type { Db } from '../../db/schema.ts'
import { metrics as declared } from '../../model/metrics.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { createLoopGate } from '../admission/loop-gate.ts'
import { loadApp } from '../apps.ts'
import type { FunctionDatabase } from '../database.ts'
import type { HostOptions } from '../http/host.ts'
import { parseConfig } from '../settings/config.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { openMessaging } from './open-messaging.ts'

/** Starts the messaging of a service whose connection for locks is as `alter` makes it. */
async function start(alter: (apart: Db) => Db = (apart) => apart) {
  const { db, url, drop } = await createTestDatabase()
  const apart = connect({ url, max: 1 })
  const metrics = createMetrics({ processMetrics: false })
  const shared = { metrics, logger: pino({ level: 'silent' }) }
  const database = { url, db, apart: alter(apart.db), preparation: Promise.resolve() }
  const messaging = await openMessaging({
    ...{ ...shared, gate: createLoopGate(), env: {} },
    ...{ database: database as FunctionDatabase, fn: await loadApp('email') },
    config: parseConfig({ STYLE: 'async', FUNCTION: 'email', DATABASE_URL: url }),
  })
  onTestFinished(async () => {
    await messaging.drain()
    await messaging.close()
    await apart.close()
    await drop()
  })
  let end: string | undefined
  void messaging.unusable.then((reason) => {
    end = reason
  })
  messaging.start({ ...shared, service: 'email_service' } as HostOptions)
  // Only the elected instance shows it.
  const shown = async () => {
    const gauge = metrics.registry.getSingleMetric(declared.messagesBacklog.name)
    return (await gauge?.get())?.values.length ?? 0
  }
  await expect.poll(async () => end ?? (await shown())).toBeGreaterThan(0)
  return { db, apart: apart.db }
}

test('a connection that breaks while a service starts does not end it', async () => {
  let isBroken = true
  await start(
    (db) =>
      new Proxy(db, {
        get(target, name) {
          if (name === 'transaction' && isBroken) {
            isBroken = false
            throw new Error('Connection terminated unexpectedly')
          }
          const value = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
  )
})

test('an instance is present again after its connection was lost', async () => {
  const { db, apart } = await start()
  const present = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_locks where locktype = 'advisory' and mode = 'ShareLock'
        and database = (select oid from pg_database where datname = current_database())
    `.execute(db)
    return rows.map(({ pid }) => pid)
  }
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(apart)
  const pid = rows[0]?.pid
  expect(await present()).toEqual([pid])
  await sql`select pg_terminate_backend(${pid}, 5000)`.execute(db)
  await expect.poll(present).toEqual([expect.not.toBeOneOf([pid])])
})
