import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Acceptance, createAcceptance } from '../../tests/acceptance.ts'

let users: Acceptance
beforeEach(async () => {
  users = await createAcceptance('user')
  onTestFinished(() => users.close())
})

const email = 'ada@example.com'
const accepted = { id: 1, email, message: 'User registration accepted', event_published: true }
const countUsers = async () => (await users.db.selectFrom('users').select('id').execute()).length

test('a registration is stored with its message', async () => {
  expect(await users.send('/register', { email })).toEqual({ status: 202, body: accepted })
  expect(users.announced).toEqual([
    {
      type: 'UserRegistered',
      version: 1,
      data: { user_id: 1, email, timestamp: expect.stringMatching(/Z$/) },
      subject: 'user/1',
    },
  ])
  const read = await users.ask('/users/1')
  expect(await read.json()).toEqual({ id: 1, email })
})

test('a taken address is refused, and nothing is announced', async () => {
  await users.send('/register', { email })
  const again = await users.send('/register', { email })
  expect(again).toEqual({ status: 400, body: { detail: 'Email already registered' } })
  expect(users.announced).toHaveLength(1)
})

test('what is no address is refused', async () => {
  expect((await users.send('/register', { email: 'ada' })).status).toBe(422)
  expect((await users.ask('/users/7')).status).toBe(404)
})

test('an Idempotency-Key registers once', async () => {
  const headers = { 'idempotency-key': 'k' }
  const first = await users.send('/register', { email }, { headers })
  const second = await users.send('/register', { email }, { headers })
  expect([first, second]).toEqual([first, { status: 202, body: accepted, replayed: true }])
  expect(users.announced).toHaveLength(1)
  expect(await countUsers()).toBe(1)
})

test('an interrupted registration is answered again, and not announced again', async () => {
  const headers = { 'idempotency-key': 'k' }
  await users.send('/register', { email }, { headers })
  await users.interrupt()
  const again = await users.send('/register', { email }, { headers })
  expect(again).toEqual({ status: 202, body: accepted })
  expect(users.announced).toHaveLength(1)
})
