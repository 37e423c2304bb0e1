/** The table of migrations in db/migrate.ts, which follows from the files of db/migrations. */
import { readdirSync } from 'node:fs'

const folder = new URL('../db/migrations/', import.meta.url)

/** An import for each migration, in the order in which they run. */
export const migrationImports = (): string =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .toSorted()
    .map((file) => `'${file.slice(0, -'.ts'.length)}': () => import('./migrations/${file}'),`)
    .join('\n')
