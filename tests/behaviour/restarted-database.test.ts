import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { countExpiredSagas } from '../../db/work/expired-sagas.ts'
import { beginSaga } from '../../db/work/sagas.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import { expiredLease } from '../leases.ts'

test('no work is taken over right after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-behaviour-'))
  const options = { folder: join(folder, 'postgres'), port: await freePort() }
  let postgres = await startPostgres(options)
  const { db, close } = connect({ url: postgres.url, max: 1 })
  onTestFinished(async () => {
    await close()
    await postgres.stop()
    for (const path of [folder, postgres.folder]) await rm(path, { recursive: true, force: true })
  })
  await migrateToLatest(db)
  const expired = () => countExpiredSagas(db)
  await beginSaga(db, { product_id: 1, quantity: 1, lease: expiredLease() })
  await expect.poll(expired).toBe(1)
  await postgres.stop()
  postgres = await startPostgres({ ...options, folder: postgres.folder })
  // The holder could not renew the lease while the server was down, so it gets one more term.
  await expect.poll(expired).toBe(0)
  await expect.poll(expired).toBe(1)
})
