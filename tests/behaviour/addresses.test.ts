import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { postJson } from '../in-process.ts'
import { run, runReady } from './services.ts'

const hasIPv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
)

test.skipIf(!hasIPv6)('services on IPv6 call each other', async () => {
  const database = await createTestDatabase()
  const email = await runReady('email', { HOST: '::1', EMAIL_DELAY_MS: '1' })
  expect(email.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  const addresses = { DATABASE_URL: database.url, EMAIL_SERVICE_URL: email.url }
  const user = await runReady('user', { HOST: '::1', ...addresses })
  const answer = await fetch(`${user.url}/register`, postJson({ email: 'six@example.com' }))
  expect(await answer.json()).not.toHaveProperty('warnings')
  await database.close()
})

test('calls between services bypass proxies', async () => {
  const database = await createTestDatabase()
  const email = await runReady('email', { EMAIL_DELAY_MS: '1' })
  const proxy = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' }
  const addresses = { DATABASE_URL: database.url, EMAIL_SERVICE_URL: email.url }
  const user = await runReady('user', { ...proxy, no_proxy: '', ...addresses })
  const answer = await fetch(`${user.url}/register`, postJson({ email: 'direct@example.com' }))
  expect(await answer.json()).not.toHaveProperty('warnings')
  await database.close()
})

test.each([
  ['203.0.113.7', 'is not an address of this machine (EADDRNOTAVAIL)'],
  ['not a name', 'is neither an address nor a name'],
])('a service names the unusable HOST "%s"', async (HOST, words) => {
  await expect(run('analytics', { HOST })).rejects.toThrow(words)
})
