import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { at, logOf, nowhere, post, runReady } from './services.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

type Settings = Record<string, string>

/** Registers one user, and returns the failed calls that the user service logged. */
async function register(settings: Settings, id: string) {
  const user = await runReady('user', { DATABASE_URL: database.url, ...settings })
  const email = `${crypto.randomUUID()}@example.com`
  await post(user, '/register', { email }, { headers: { 'x-request-id': id } })
  await expect
    .poll(() => logOf(user))
    .toContainEqual(expect.objectContaining({ handler: '/register' }))
  return failedCalls(user)
}

const failedCalls = async (service: Parameters<typeof logOf>[0]) =>
  (await logOf(service)).filter(({ msg }) => msg === 'call failed')

/** The address of a server that answers each request with this body. */
async function answering(body: unknown, status = 200): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const warning = (outcome: string, cause: RegExp) => [
  expect.objectContaining({
    level: 'warn',
    target: 'email',
    outcome,
    cause: expect.stringMatching(cause),
    request_id: outcome,
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  }),
]

test('a call to a dead service is logged once', async () => {
  expect(await register({ EMAIL_SERVICE_URL: nowhere }, 'unreachable')).toEqual(
    warning('unreachable', /ECONNREFUSED|Unable to connect/),
  )
})

test('a call that times out is logged once', async () => {
  const email = await runReady('email', { EMAIL_DELAY_MS: '60000' })
  expect(await register({ ...at(email), CALL_TIMEOUT_MS: '100' }, 'timeout')).toEqual(
    warning('timeout', /took too long/),
  )
})

test('a call that is answered 500 is logged once', async () => {
  const email = await runReady('email', { FAULTS: JSON.stringify({ email: { error_rate: 1 } }) })
  expect(await register(at(email), '5xx')).toEqual(warning('5xx', /\/send_welcome_email.*500/))
})

test('a response that breaks the contract is logged once', async () => {
  const EMAIL_SERVICE_URL = await answering({ sent: 'perhaps' })
  expect(await register({ EMAIL_SERVICE_URL }, 'broken_contract')).toEqual(
    warning('broken_contract', /invalid_(type|value)/),
  )
})

test('a designed refusal is not logged as a failed call', async () => {
  const EMAIL_SERVICE_URL = await answering({ detail: 'Conflict' }, 409)
  expect(await register({ EMAIL_SERVICE_URL }, 'refused')).toEqual([])
})
