import { execFile, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { dataOf, type Postgres, startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import { identify } from '../../local/processes/process-info.ts'
import { lockFolder, type State } from '../../local/processes/state.ts'
import { alive, copyData, removeFolder, temporaryFolder } from './starter.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
})

/** A process that does not belong to a lab, although its command line looks like it. */
function innocent(...command: string[]): number {
  const idle = ['-e', 'setInterval(() => {}, 1000)', '--', ...command]
  const child = spawn(process.execPath, idle, { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

async function openPostgres(place: string): Promise<Postgres> {
  const postgres = await startPostgres({ folder: place, port: await freePort() })
  onTestFinished(() => postgres.stop().catch(() => {}))
  return postgres
}

const postmasterIn = async (place: string) =>
  Number((await readFile(join(dataOf(place), 'postmaster.pid'), 'utf8')).split('\n')[0])

test('spares processes that reuse the ids of a killed lab', async () => {
  const starter = innocent('cli/start.ts')
  const service = innocent('runtime/main.ts')
  const state: State = {
    starter: { pid: starter, started: 'long ago' },
    services: [{ name: 'userservice', pid: service, started: 'long ago' }],
  }
  await writeFile(join(folder, 'lab.json'), JSON.stringify(state))
  expect(await lockFolder(folder)).toEqual([])
  expect(await alive([starter, service])).toEqual([starter, service])
})

test('a service that ends by itself in the last moment is no error', async () => {
  const pid = innocent('runtime/main.ts')
  const starter = { pid: 1, started: 'long ago' }
  const state: State = {
    starter,
    services: [{ name: 'userservice', ...(await identify(pid)) }],
  }
  await writeFile(join(folder, 'lab.json'), JSON.stringify(state))
  const kill = process.kill.bind(process)
  const killing = vi.spyOn(process, 'kill').mockImplementation((...killed) => {
    kill(...killed)
    return kill(0x7fffffff)
  })
  onTestFinished(() => killing.mockRestore())
  expect(await lockFolder(folder)).toEqual([`userservice (process ${pid})`])
})

test('a PostgreSQL that has ended by itself is stopped', async () => {
  const place = join(folder, 'postgres')
  await copyData(place)
  const postgres = await openPostgres(place)
  const server = await postmasterIn(place)
  process.kill(server, 'SIGKILL')
  await expect.poll(() => alive([server])).toEqual([])
  await postgres.stop()
})

test('spares a process that reuses the id of a killed PostgreSQL', async () => {
  const postgres = join(folder, 'postgres')
  await copyData(postgres)
  const stranger = innocent('postgres -D /elsewhere/data ')
  const lines = [stranger, dataOf(postgres), 1, 5432, '', '127.0.0.1', '1 1', 'ready']
  await writeFile(join(dataOf(postgres), 'postmaster.pid'), lines.join('\n'))
  await openPostgres(postgres)
  expect(await alive([stranger])).toEqual([stranger])
})

test('spares the server of the folder that it was copied from', async () => {
  const original = join(folder, 'original')
  await copyData(original)
  await openPostgres(original)
  const server = await postmasterIn(original)
  const copy = join(folder, 'copy')
  // Preserves the owner, like a backup.
  await promisify(execFile)('cp', ['-a', original, copy])
  await openPostgres(copy).catch(() => {})
  expect(await alive([server])).toEqual([server])
})

test('waits for the sessions of a killed PostgreSQL', async () => {
  await copyData(join(folder, 'postgres'))
  const first = await openPostgres(join(folder, 'postgres'))
  const client = new Client({ connectionString: first.url })
  client.on('error', () => {})
  await client.connect()
  // A busy session does not notice that its server is gone.
  const busy = `do $$ begin while clock_timestamp() < now() + interval '3 s' loop end loop; end $$`
  const query = client.query(busy).catch(() => {})
  const isBusy = async () => (await countBusy(first.url)) > 0
  await expect.poll(isBusy).toBe(true)
  process.kill(await postmasterIn(first.folder), 'SIGKILL')
  const second = await openPostgres(join(folder, 'postgres'))
  expect(await countBusy(second.url)).toBe(0)
  await query
})

/** The number of sessions that run the loop above. */
async function countBusy(connectionString: string): Promise<number> {
  const client = new Client({ connectionString })
  await client.connect()
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity where query like 'do %' and state = 'active'`,
  )
  await client.end()
  return rows[0]?.count ?? 0
}
