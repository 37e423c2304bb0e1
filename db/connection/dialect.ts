import { PostgresAdapter, PostgresDialect } from 'kysely'

class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/**
 * PostgreSQL without Kysely's lock on migrations, which is the session's: behind a pooler, its
 * release may reach another session, and the next process would wait for good. `migrateToLatest`
 * has a lock of its own.
 */
export class UnlockedDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter()
  }
}
