import { expect, onTestFinished, test } from 'vitest'
import { installBun } from '../../local/bundle/install-bun.ts'
import { functionNames } from '../../model/services.ts'
import { audit, findPlace, hosts, patient, removeFolder, reset, start } from './starter.ts'

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

// npm run test:bun runs it on Bun, as npm test downloads nothing.
const runtime = process.env.LOCKSTEP_RUNTIME ?? 'node'
// npm uses the proxy variables, which lead nowhere here: fetch Bun without them.
if (runtime === 'bun') await installBun()

const [HOST = '', baseUrl] = hosts.at(-1) ?? []

test(`a lab with HOST=${HOST} ignores variables for other servers`, {
  timeout: 90_000,
}, async () => {
  const { folder, firstPort } = await findPlace()
  onTestFinished(() => removeFolder(folder))
  const args = ['--fast', '--folder', folder, '--first-port', String(firstPort)]
  const lab = start([...args, '--runtime', runtime], { ...strange, ...patient, HOST })
  const output = await lab.line('The lab is running')
  expect(output).toContain(`${functionNames.length} services on ${baseUrl}:${firstPort}`)
  expect(output).toContain('6 of 6 scenarios went as expected')
  expect(await audit(folder, strange)).toBe(0)
  lab.process.kill('SIGTERM')
  expect(await lab.exited).toBe(0)
  expect(await reset(folder, strange)).toBe(0)
})
