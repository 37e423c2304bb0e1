/** The transaction of a delivery, which begins with its first query. */
import {
  CompiledQuery,
  type ControlledTransaction,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
} from 'kysely'
import type { Database, Db } from '../../db/schema.ts'

const run = (statement: string) => async (connection: DatabaseConnection) => {
  await connection.executeQuery(CompiledQuery.raw(statement))
}

const missing = () => Promise.reject(new Error('A delivery has one connection, that of its pool'))

/** A transaction within the transaction is a savepoint. The latest of a name is the one that counts. */
const savepoints: Driver = {
  beginTransaction: run('savepoint delivery'),
  commitTransaction: run('release savepoint delivery'),
  rollbackTransaction: run('rollback to savepoint delivery'),
  init: missing,
  acquireConnection: missing,
  releaseConnection: missing,
  destroy: missing,
}

const dialect = new PostgresDialect({ pool: missing })

/** Begins with its first query: a wait before that holds no connection. */
export function createLazyTransaction(pool: Db) {
  let begun: Promise<ControlledTransaction<Database>> | undefined
  const begin = () => {
    begun ??= pool.startTransaction().execute()
    return begun
  }
  const executor = pool.getExecutor().withConnectionProvider({
    provideConnection: async (use) => (await begin()).getExecutor().provideConnection(use),
  })
  return {
    /** As a pool of one connection, in which all queries are of this transaction. */
    db: new Kysely<Database>({ config: { dialect }, dialect, driver: savepoints, executor }) as Db,
    /** @throws AbortedTransactionError if a query failed that nobody rolled back */
    async commit(): Promise<void> {
      await (await begun)?.commit().execute()
    },
    /** Never throws: a transaction whose connection broke is rolled back already. */
    async rollback(): Promise<void> {
      const transaction = await begun?.catch(() => undefined)
      if (transaction?.isCommitted || transaction?.isRolledBack) return
      await transaction
        ?.rollback()
        .execute()
        .catch(() => {})
    },
  }
}

export type LazyTransaction = ReturnType<typeof createLazyTransaction>
