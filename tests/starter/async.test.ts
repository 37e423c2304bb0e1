import { beforeAll, expect, test } from 'vitest'
import { buryMessage } from '../../db/work/dead-letters.ts'
import { openKnownDatabase } from '../../local/postgres/find-database.ts'
import { freePorts, takenPorts } from '../../local/processes/ports.ts'
import { functionNames } from '../../model/services.ts'
import { postJson } from '../in-process.ts'
import {
  alive,
  end,
  findPlace,
  patient,
  processesOf,
  removeFolder,
  run,
  type Starter,
  startShared,
} from './starter.ts'

const { folder, firstPort, args } = await findPlace()
const url = `http://127.0.0.1:${firstPort}`
const place = ['--async', '--folder', folder]

// The tests share one lab, which the last of them ends.
let lab: Starter
beforeAll(async () => {
  lab = startShared(['--async', ...args], patient)
  expect(await lab.line('ready')).toMatch(/^ready/m)
  return async () => {
    await end(lab)
    await removeFolder(folder)
  }
}, 90_000)

test('a tour tells when work was accepted, completed and consistent', {
  timeout: 90_000,
}, async () => {
  const { code, output } = await run('tour', [...place, '--first-port', String(firstPort)])
  expect(output).toMatch(/^1 registration \+ e-mail +202 .+ ms +\d+ ms +\d+ ms +as expected/m)
  expect(output).toMatch(/^6 of 6 scenarios went as expected\.$/m)
  expect(code).toBe(0)
})

test('a tour needs the database of the lab', async () => {
  const folder = `${await freePorts()}`
  const { code, output } = await run('tour', ['--async', '--folder', folder])
  expect(output).toMatch(/^The database of the lab is not known: none runs from .*--folder/)
  expect(code).toBe(1)
})

test('an audit of a lab at rest balances', async () => {
  const { code, output } = await run('audit', place)
  expect(output).toContain('The ledger balances.')
  expect(code).toBe(0)
})

const queue = 'user_registered_queue'

/** Gives up a message of a user who has not registered. */
async function bury(id: string): Promise<void> {
  const data = { user_id: 1, email: 'dead@example.com', timestamp: new Date().toISOString() }
  const message = {
    ...{ id, type: 'UserRegistered', source: '/lockstep/user', time: data.timestamp },
    ...{ dataschema: '/schemas/UserRegistered/1', correlationid: id, data },
  }
  const { db, close } = await openKnownDatabase(folder)
  const letter = { queue, id, message, reason: 'The mail server\u001b[2K refused', attempts: 6 }
  await buryMessage(db, { ...letter, queue, firstAt: new Date() })
  await close()
}

test('dead letters are listed, dropped, and put back to be handled once', async () => {
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
  for (const id of [first, second]) await bury(id)
  const list = () => run('dead', ['--folder', folder])
  const { output } = await list()
  expect(output).toContain('2 dead letters')
  expect(output).toContain(`${queue}  ${first}\n  UserRegistered, 6 attempts`)
  expect(output).toContain('The mail server\\u{1b}[2K refused')
  const dropped = await run('dead', ['--folder', folder, '--drop', queue, '--id', second])
  expect(dropped).toEqual({ code: 0, output: `1 message dropped from ${queue}.\n` })
  const redriven = await run('dead', ['--folder', folder, '--redrive', queue])
  expect(redriven).toEqual({ code: 0, output: `1 message put back into ${queue}.\n` })
  const { db, close } = await openKnownDatabase(folder)
  const handled = () =>
    db.selectFrom('inbox').select('consumer').where('message_id', '=', first).execute()
  await expect.poll(handled).toEqual([{ consumer: queue }])
  await close()
  expect((await list()).output).toContain('no dead letters')
  expect((await run('dead', ['--folder', folder, '--drop', queue])).code).toBe(1)
})

test('a reset empties queues, inbox and jobs while the lab runs', async () => {
  const { db, close } = await openKnownDatabase(folder)
  const rows = async (table: 'inbox' | 'jobs') =>
    (
      await db
        .selectFrom(table)
        .select((eb) => eb.lit(1).as('one'))
        .execute()
    ).length
  expect(await rows('inbox')).toBeGreaterThan(0)
  expect((await run('reset', place)).code).toBe(0)
  expect([await rows('inbox'), await rows('jobs')]).toEqual([0, 0])
  await close()
  const body = postJson({ email: 'again@example.com' })
  expect(await (await fetch(`${url}/register`, body)).json()).toMatchObject({ id: 1 })
})

test('SIGINT ends every process and frees every port', async () => {
  const processes = await processesOf(folder)
  expect(processes).toHaveLength(functionNames.length + 1)
  lab.process.kill('SIGINT')
  expect(await lab.exited).toBe(0)
  await expect.poll(() => alive(processes)).toEqual([])
  expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
})
