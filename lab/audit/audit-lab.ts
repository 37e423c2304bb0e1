import { prepareDatabase } from '../../db/connection/prepare-database.ts'
import { type Audit, auditLedger } from '../../db/ledger/audit.ts'
import { openKnownDatabase } from '../../local/postgres/find-database.ts'

export type LabAudit = {
  /** The database, without its password. */
  name: string
  audit: Audit
}

/**
 * Audits the ledger of the lab that keeps its database in `folder`, or of `DATABASE_URL`.
 * @throws Error if the database cannot be read
 */
export async function auditLab(
  folder: string,
  limits: { pendingLimitSeconds: number },
): Promise<LabAudit> {
  const { db, url, name, close } = await openKnownDatabase(folder)
  try {
    await prepareDatabase(db, url)
    return { name, audit: await auditLedger(db, limits) }
  } finally {
    await close()
  }
}
