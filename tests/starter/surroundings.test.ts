import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installBun } from '../../local/bundle/install-bun.ts'
import { functionNames } from '../../model/services.ts'
import { audit, freePorts, removeFolder, reset, start, temporaryFolder } from './starter.ts'

let folder: string
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => removeFolder(folder))

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address
const hasIPv6 = addresses.some(({ address }) => address === '::1')
const hosts = [
  ['localhost', 'http://localhost'],
  ...(hasIPv6
    ? [
        ['::1', 'http://[::1]'],
        ['::', 'http://localhost'],
      ]
    : []),
  ...(outer ? [[outer, `http://${outer}`]] : []),
]

const begin = async (environment: Record<string, string>, ...more: string[]) => {
  const firstPort = String(await freePorts())
  const args = ['--fast', '--folder', folder, '--first-port', firstPort, ...more]
  return { lab: start(args, environment), firstPort }
}

test.each(hosts)('with HOST=%s the lab is ready at %s', async (HOST, baseUrl) => {
  const { lab, firstPort } = await begin({ HOST })
  const output = await lab.line('The lab is running')
  expect(output).toContain(`${functionNames.length} services on ${baseUrl}:${firstPort}`)
  expect(output).toContain('6 of 6 scenarios went as expected')
  lab.process.kill('SIGTERM')
  expect(await lab.exited).toBe(0)
})

test.each([
  ['203.0.113.7', 'HOST "203.0.113.7" is not an address of this machine (EADDRNOTAVAIL)'],
  ['lab.invalid', 'HOST "lab.invalid" is neither an address nor a name'],
  ['[::1]', 'HOST "[::1]" is neither an address nor a name'],
  ['fe80::1%eth0', 'HOST "fe80::1%eth0" names an interface'],
])('HOST=%s is refused by name', async (HOST, words) => {
  const { lab } = await begin({ HOST })
  expect(await lab.exited).toBe(1)
  expect(lab.output()).toContain(words)
  expect(lab.output()).not.toContain('In use')
})

/** Variables that are meant for other servers. */
const strange = {
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  ALL_PROXY: 'http://127.0.0.1:1',
  http_proxy: 'http://127.0.0.1:1',
  no_proxy: 'example.com',
  PGHOST: 'db.invalid',
  PGPORT: '1',
  PGUSER: 'another',
  PGPASSWORD: 'another',
  PGDATABASE: 'another',
  PGDATA: '/nowhere',
  PGSSLMODE: 'verify-full',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c search_path=nowhere -c default_transaction_read_only=on',
  PGPASSFILE: '/nowhere',
  PGSERVICE: 'another',
  PGTZ: 'Nowhere/City',
  PGCLIENTENCODING: 'LATIN1',
  TZ: 'Nowhere/City',
  LC_ALL: 'xx_XX.UTF-8',
  LANG: 'xx_XX.UTF-8',
  NODE_OPTIONS: '--max-old-space-size=4096',
}

// npm uses the proxy variables, which lead nowhere here: fetch Bun without them.
beforeAll(() => installBun())

test.each([['node'], ['bun']])(
  'a lab on %s ignores variables for other servers',
  { timeout: 90_000 },
  async (runtime) => {
    const { lab } = await begin(strange, '--runtime', runtime)
    const output = await lab.line('The lab is running')
    expect(output).toContain('6 of 6 scenarios went as expected')
    expect(await audit(folder, strange)).toBe(0)
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
    expect(await reset(folder, strange)).toBe(0)
  },
)
