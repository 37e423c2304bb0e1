/** What may happen to the PostgreSQL of a lab: all its processes are stopped, or it ends. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { OpenLab } from '../../local/lab.ts'
import { startPostgres, stopPostmaster } from '../../local/postgres/postgres.ts'
import { signal } from '../../local/processes/process-info.ts'

/** The server's main process and its sessions. */
async function processesOf(folder: string): Promise<number[]> {
  const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const main = Number(pid)
  // The main process first: it then starts no session that is not stopped.
  return [main, ...rows.flatMap(([child, parent]) => (parent === main && child ? [child] : []))]
}

/** Stops the server for a while, so that it answers nobody, and lets it go on. */
export async function hangPostgres({ postgresFolder = '' }: OpenLab, ms: number): Promise<void> {
  const main = (await processesOf(postgresFolder)).slice(0, 1)
  for (const pid of main) process.kill(pid, 'SIGSTOP')
  const all = await processesOf(postgresFolder)
  // Sessions may have ended since they were listed.
  for (const pid of all) signal({ pid }, 'SIGSTOP')
  await delay(ms)
  for (const pid of all.toReversed()) signal({ pid }, 'SIGCONT')
}

/** Ends the server as its operator does, and starts it after a while on its port. */
export async function restartPostgres(lab: OpenLab, ms: number, maxConnections = 300) {
  const folder = lab.postgresFolder ?? ''
  await stopPostmaster(folder)
  await delay(ms)
  await startPostgres({ folder, port: Number(new URL(lab.databaseUrl).port), maxConnections })
}

/** Kills the server, and starts it on its port once the last of its sessions has noticed. */
export async function restartPostgresAtOnce(lab: OpenLab, maxConnections = 300): Promise<void> {
  const folder = lab.postgresFolder ?? ''
  const [main = 0] = await processesOf(folder)
  process.kill(main, 'SIGKILL')
  const port = Number(new URL(lab.databaseUrl).port)
  for (let attempt = 1; ; attempt++)
    try {
      return void (await startPostgres({ folder, port, maxConnections }))
    } catch (error) {
      if (attempt === 50) throw error
      await delay(100)
    }
}
