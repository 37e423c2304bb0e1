import { execFile } from 'node:child_process'
import { readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { commandOf } from '../processes/process-info.ts'
import { type Account, type Binaries, ordinaryAccount, reachableBinaries } from './binaries.ts'
import { postgresEnvironment } from './environment.ts'

const run = promisify(execFile)
const pollMs = 250
// Longer than any statement of the lab (30 s): a session notices the end of its server only after
// its statement.
const orphansMs = 45_000

/** An embedded server: its programs, its account and its data folder. */
export type Cluster = { binaries: Binaries; account: Account; folder: string }

export const dataOf = (folder: string): string => join(folder, 'data')

const control = ({ binaries, account, folder }: Cluster, ...args: string[]) =>
  run(binaries.pg_ctl, ['-D', dataOf(folder), ...args], {
    ...account,
    cwd: folder,
    env: postgresEnvironment(),
  })

/**
 * Starts the server in the background. Waits for the sessions of a killed server: PostgreSQL
 * refuses to start while one of them has the data open.
 * @throws Error with PostgreSQL's own reason
 */
export async function startPostmaster(cluster: Cluster, options: string): Promise<void> {
  const log = join(cluster.folder, 'postgres.log')
  const end = performance.now() + orphansMs
  for (;;) {
    const before = (await readLog(log)).length
    const start = ['start', '-w', '-l', log, '-o', options]
    const started = control(cluster, ...start).then(
      () => true,
      () => false,
    )
    if (await started) return
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

export const stop = async (cluster: Cluster): Promise<void> =>
  void (await control(cluster, 'stop', '-m', 'fast'))

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
