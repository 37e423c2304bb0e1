import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { logOf, post, runReady } from './services.ts'
import { startStub } from './stub.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const answering =
  (status: number, body: object): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** An e-mail service that answers as it is told, until it is closed. */
async function startEmail() {
  let answer: RequestListener = () => {}
  const stub = await startStub((request, response) => answer(request, response))
  const behave = (how: RequestListener) => {
    answer = how
  }
  return { ...stub, behave }
}

test('a failed call is a warning, and logged once with its cause', async () => {
  const email = await startEmail()
  const user = await runReady('user', {
    DATABASE_URL: database.url,
    EMAIL_SERVICE_URL: email.url,
    CALL_TIMEOUT_MS: '1500',
  })
  /** The response to a registration, and the failed calls that it logged. */
  async function register(id: string) {
    const body = { email: `${crypto.randomUUID()}@example.com` }
    const answer = await post(user, '/register', body, { headers: { 'x-request-id': id } })
    const lines = async () => (await logOf(user)).filter(({ request_id }) => request_id === id)
    await expect.poll(lines).toContainEqual(expect.objectContaining({ handler: '/register' }))
    return { ...answer, calls: (await lines()).filter(({ msg }) => msg === 'call failed') }
  }
  const failed = (outcome: string, warning: string, cause: RegExp) => ({
    status: 201,
    body: expect.objectContaining({ id: expect.any(Number), warnings: [warning] }),
    headers: expect.anything(),
    calls: [
      expect.objectContaining({
        level: 'warn',
        target: 'email',
        outcome,
        cause: expect.stringMatching(cause),
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      }),
    ],
  })

  expect(await register('silent')).toEqual(
    failed('timeout', 'email did not answer in time', /took too long/),
  )
  email.behave(answering(500, { detail: 'Internal Server Error' }))
  expect(await register('fault')).toEqual(
    failed('5xx', 'email answered 500', /\/send_welcome_email.*500/),
  )
  email.behave(answering(200, { sent: 'perhaps' }))
  expect(await register('odd')).toEqual(
    failed('broken_contract', 'email answered outside its contract', /invalid_(type|value)/),
  )
  email.behave(answering(409, { detail: 'Conflict' }))
  expect(await register('refusal')).toMatchObject({ status: 201, calls: [] })
  email.close()
  expect(await register('dead')).toEqual(
    failed('unreachable', 'email could not be reached', /ECONNREFUSED|Unable to connect/),
  )
})
