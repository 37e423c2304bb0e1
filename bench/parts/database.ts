import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LabDatabase, openLabDatabase } from '../../local/postgres/lab-database.ts'
import { dataOf } from '../../local/postgres/postgres.ts'
import { pin } from '../machine.ts'

/** The main process of a PostgreSQL, whose children are its sessions. */
export async function postmasterOf({ postgresFolder: folder = '' }: LabDatabase): Promise<number> {
  const [pid = ''] = (await readFile(join(dataOf(folder), 'postmaster.pid'), 'utf8')).split('\n')
  return Number(pid)
}

/** Opens a PostgreSQL of the bench's own, on the cores of the servers. All sides use it. */
export async function openDatabase(cores: readonly number[]): Promise<LabDatabase> {
  const database = await openLabDatabase({ port: 0 })
  // Sessions begin as copies of this process, and inherit its cores.
  pin(await postmasterOf(database), cores)
  return database
}
