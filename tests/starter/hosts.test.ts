import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchLab } from '../../local/lab.ts'
import { type Postgres, startPostgres } from '../../local/postgres/postgres.ts'
import { ownBaseUrl } from '../../local/processes/addresses.ts'
import { freePort, freePorts } from '../../local/processes/ports.ts'
import { checkPorts } from '../../local/starter.ts'
import { postJson } from '../in-process.ts'
import { copyData, hosts, labFolder, removeFolder, start } from './starter.ts'

let folder: string
let postgres: Postgres
beforeAll(async () => {
  folder = await labFolder()
  await copyData(join(folder, 'shared'))
  postgres = await startPostgres({ folder: join(folder, 'shared'), port: await freePort() })
})
afterAll(async () => {
  await postgres.stop()
  await removeFolder(folder)
})

test.each(hosts)('with HOST=%s services are reached at %s', async (HOST, baseUrl) => {
  const firstPort = await freePorts()
  const lab = launchLab({
    firstPort,
    databaseUrl: postgres.url,
    environment: { HOST, EMAIL_DELAY_MS: '1' },
    logFolder: join(folder, 'logs'),
    functions: ['user', 'email'],
  })
  onTestFinished(() => lab.stop())
  await lab.ready
  expect(ownBaseUrl(HOST)).toBe(baseUrl)
  const email = `${firstPort}@example.com`
  const answer = await fetch(`${baseUrl}:${firstPort}/register`, postJson({ email }))
  expect(answer.status).toBe(201)
  // The call to the e-mail service has found its address as well.
  expect(await answer.json()).not.toHaveProperty('warnings')
})

test.each([
  ['203.0.113.7', 'HOST "203.0.113.7" is not an address of this machine (EADDRNOTAVAIL)'],
  ['lab.invalid', 'HOST "lab.invalid" is neither an address nor a name'],
  ['[::1]', 'HOST "[::1]" is neither an address nor a name'],
  ['fe80::1%eth0', 'HOST "fe80::1%eth0" names an interface'],
])('HOST=%s is refused by name', async (host, words) => {
  const message = await checkPorts(await freePorts(), host).catch((error: Error) => error.message)
  expect(message).toContain(words)
  expect(message).not.toContain('In use')
})

test('a refused HOST ends the start', async () => {
  const lab = start(['--folder', folder], { HOST: 'lab.invalid' })
  expect(await lab.exited).toBe(1)
  expect(lab.output()).toContain('HOST "lab.invalid" is neither an address nor a name')
})
