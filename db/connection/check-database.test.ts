import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, runAs, type TestDatabase } from '../../tests/database.ts'
import { checkDatabase, oldestPostgres } from './check-database.ts'
import type { DatabaseProblem } from './database-problem.ts'

const secret = 'swordfish'
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Puts a new database in place of the common one until the test ends. */
async function useNewDatabase(...statements: string[]): Promise<void> {
  const common = database
  database = await createTestDatabase()
  onTestFinished(async () => {
    await database.drop()
    database = common
  })
  for (const statement of statements) await change(statement)
}

const change = (statement: string) => runAs(database.adminUrl, statement)
const empty = 'drop schema public cascade; create schema public'
const emptyAndOpen = `${empty}; grant all on schema public to public`
const at = (changes: Partial<URL>) => Object.assign(new URL(database.url), changes).href

/** A role without privileges. */
async function newRole(options = ''): Promise<string> {
  const role = `reader_${randomBytes(4).toString('hex')}`
  await change(`create role ${role} login password '${secret}' ${options}`)
  onTestFinished(() => change(`drop owned by ${role}; drop role ${role}`))
  return role
}

/** The problem of a database; its message never contains a password. */
async function problemOf(url: string): Promise<DatabaseProblem> {
  const problem = await checkDatabase(url).then(
    () => expect.fail('nothing is wrong with it'),
    (error: DatabaseProblem) => error,
  )
  expect(problem.message).toMatch(/^DATABASE_URL: [^\n]+\.?$/)
  expect(problem.message).not.toContain(secret)
  expect(problem.message).not.toContain(new URL(database.url).password)
  return problem
}

async function expectPermanent(url: string, words: string): Promise<void> {
  const { message, permanent } = await problemOf(url)
  expect(message).toContain(words)
  expect(permanent).toBe(true)
}

test('a database of ours and an empty one can be used', async () => {
  await checkDatabase(database.url)
  await useNewDatabase(emptyAndOpen)
  await checkDatabase(database.url)
})

test('a wrong password is named', () =>
  expectPermanent(at({ password: secret }), 'refuses the password of'))

test('a missing database is named', () =>
  expectPermanent(at({ pathname: 'nowhere' }), 'has no database "nowhere"'))

test('a server without SSL is named', () =>
  expectPermanent(at({ search: '?sslmode=no-verify' }), 'disagree about SSL'))

test('a server that is too old is named', async () => {
  await expect(checkDatabase(database.url, { oldest: 99 })).rejects.toThrow(
    /is PostgreSQL \d+\. Use 99 or newer\.$/,
  )
  expect(oldestPostgres).toBe(13)
})

test('a role that may not create tables is named', async () => {
  await useNewDatabase(empty)
  const role = await newRole()
  await expectPermanent(
    at({ username: role, password: secret }),
    `Run: grant usage, create on schema public to "${role}"`,
  )
})

test('a role without access to the tables is named', async () => {
  const role = await newRole()
  await expectPermanent(at({ username: role, password: secret }), 'lacks a privilege')
})

test('a foreign table of the same name is named', async () => {
  await useNewDatabase(emptyAndOpen, 'create table orders (number text)')
  await expectPermanent(database.url, 'has a table "orders" that is not ours')
})

test('a changed table of ours is named', async () => {
  await useNewDatabase('alter table users rename email to address')
  await expectPermanent(database.url, 'the table "users" of the database lacks the column "email"')
})

test('a database of a newer version is named', async () => {
  await useNewDatabase("insert into kysely_migration values ('9999-later', now())")
  await expectPermanent(database.url, 'has a migration "9999-later"')
})

test('a read-only server is named', async () => {
  await useNewDatabase()
  const name = new URL(database.url).pathname.slice(1)
  await change(`alter database ${name} set default_transaction_read_only = on`)
  await expectPermanent(database.url, 'is read-only')
})

test('an unreachable server is a passing problem', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await new Promise((resolve) => silent.once('listening', resolve))
  const { port } = silent.address() as { port: number }
  for (const url of [
    at({ port: '1' }),
    at({ port: String(port) }),
    at({ hostname: 'no.invalid' }),
  ]) {
    const { message, permanent } = await problemOf(url)
    expect(message).toContain('cannot be reached')
    expect(permanent).toBe(false)
  }
})

test('a full server is a passing problem', async () => {
  const role = await newRole('connection limit 0')
  const { message, permanent } = await problemOf(at({ username: role, password: secret }))
  expect(message).toContain('has no connection free')
  expect(permanent).toBe(false)
})
