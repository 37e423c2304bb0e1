import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LabDatabase, openLabDatabase } from '../local/postgres/lab-database.ts'
import { dataOf } from '../local/postgres/postmaster.ts'
import { pin } from './machine.ts'

/** Opens a PostgreSQL of the bench's own, on the cores of the servers. Both sides use it. */
export async function openDatabase(cores: readonly number[]): Promise<LabDatabase> {
  const database = await openLabDatabase({ port: 0 })
  const folder = database.postgresFolder ?? ''
  const [pid = ''] = (await readFile(join(dataOf(folder), 'postmaster.pid'), 'utf8')).split('\n')
  // Sessions begin as copies of this process, and inherit its cores.
  await pin(Number(pid), cores)
  return database
}
