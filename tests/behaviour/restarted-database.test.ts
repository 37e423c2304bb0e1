import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { listAbandonedSagas } from '../../db/abandoned-sagas.ts'
import { connect } from '../../db/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { beginSaga } from '../../db/sagas.ts'
import { freePort } from '../../local/ports.ts'
import { startPostgres } from '../../local/postgres.ts'

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
  const abandoned = async () =>
    (await listAbandonedSagas(db, { instance: 1, inFlight: [], limit: 20 })).length
  await beginSaga(db, { product_id: 1, quantity: 1, owner: 2, token: crypto.randomUUID() })
  await expect.poll(abandoned, { timeout: 10_000 }).toBe(1)
  await postgres.stop()
  postgres = await startPostgres({ ...options, folder: postgres.folder })
  // Instance 2 has lost its lock with the server, and needs a moment to come back.
  await expect.poll(abandoned, { timeout: 10_000 }).toBe(0)
  await expect.poll(abandoned, { timeout: 10_000 }).toBe(1)
})
