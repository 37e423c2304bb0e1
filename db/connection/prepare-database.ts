import { migrateToLatest } from '../migrate.ts'
import type { Db } from '../schema.ts'
import { checkContents } from './check-database.ts'
import { explainProblem } from './database-problem.ts'

/**
 * Checks a database and brings it to the newest schema. Safe to call from many processes at once.
 * @returns the names of the migrations that this call ran
 * @throws DatabaseProblem in words that name the reason and the variable
 */
export async function prepareDatabase(db: Db, url: string): Promise<string[]> {
  const isNewest = await checkContents(db, url)
  // Instances that start together would wait for each other's lock.
  if (isNewest) return []
  return migrateToLatest(db).catch((error: unknown) => {
    throw explainProblem(error, url)
  })
}
