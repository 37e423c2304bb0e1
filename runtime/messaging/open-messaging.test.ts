import { sql } from 'kysely'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { createNotifications, type Listener } from '../../db/connection/notifications.ts'
import type { Db } from '../../db/schema.ts'
import { metrics as declared } from '../../model/metrics.ts'
import type { FunctionName } from '../../model/services.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { createLoopGate } from '../admission/loop-gate.ts'
import { loadApp } from '../apps.ts'
import type { FunctionDatabase } from '../database.ts'
import type { HostOptions } from '../http/host.ts'
import { parseConfig } from '../settings/config.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { openMessaging } from './open-messaging.ts'

type Start = { name?: FunctionName; alter?: (apart: Db) => Db }

/** Starts the messaging of a service whose connection for locks is as `alter` makes it. */
async function start({ name = 'email', alter = (apart) => apart }: Start = {}) {
  const { db, url, drop } = await createTestDatabase()
  const notifications = createNotifications()
  const apart = connect({ url, max: 1, onOpen: notifications.subscribe })
  const metrics = createMetrics({ processMetrics: false })
  const shared = { metrics, logger: pino({ level: 'silent' }) }
  const database = {
    ...{ url, db, apart: alter(apart.db), preparation: Promise.resolve() },
    listen: (to: Listener) => notifications.listen(apart.pool, to),
  }
  const messaging = await openMessaging({
    ...{ ...shared, gate: createLoopGate(), env: {} },
    ...{ database: database as FunctionDatabase, fn: await loadApp(name) },
    config: parseConfig({ STYLE: 'async', FUNCTION: name, DATABASE_URL: url }),
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
  messaging.start({ ...shared, service: name } as HostOptions)
  // Only the elected instance shows it.
  const shown = async () => {
    const gauge = metrics.registry.getSingleMetric(declared.messagesBacklog.name)
    return (await gauge?.get())?.values.length ?? 0
  }
  await expect.poll(async () => end ?? (await shown())).toBeGreaterThan(0)
  return { db, apart: apart.db, messaging }
}

test('a connection that breaks while a service starts does not end it', async () => {
  let isBroken = true
  await start({
    alter: (db) =>
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
  })
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

/** Starts a service, and has it unable to take messages. */
async function breakConsumer(name: FunctionName): Promise<string[]> {
  const { db, messaging } = await start({ name })
  expect(messaging.missing()).toEqual([])
  await sql`alter schema pgboss rename to elsewhere`.execute(db)
  await expect.poll(() => messaging.health().problems).not.toEqual([])
  return messaging.missing()
}

test('a service that only consumes is not ready without its messages', async () => {
  expect(await breakConsumer('email')).toEqual([expect.stringContaining('messages: ')])
  expect(await breakConsumer('inventory')).toEqual([expect.stringContaining('messages: ')])
})

test('a service that accepts is ready even if it cannot consume', async () => {
  expect(await breakConsumer('payment')).toEqual([])
})
