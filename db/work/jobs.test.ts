import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { beginJob, completeJob, failJob, findJob, insertJob } from './jobs.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
  await insertJob(database.db, 'job_1')
})

const job = () => findJob(database.db, 'job_1')

test('a job goes from queued to completed', async () => {
  const { db } = database
  const open = { id: 'job_1', accepted_at: expect.any(Date), completed_at: null, result: null }
  expect(await job()).toEqual({ ...open, status: 'queued', reason: null })
  await beginJob(db, 'job_1')
  expect(await job()).toEqual({ ...open, status: 'processing', reason: null })
  await completeJob(db, 'job_1', { hash: 'a"b' })
  expect(await job()).toMatchObject({
    status: 'completed',
    result: { hash: 'a"b' },
    completed_at: expect.any(Date),
  })
})

test('a completed job stays completed', async () => {
  const { db } = database
  await completeJob(db, 'job_1', { first: true })
  await beginJob(db, 'job_1')
  await failJob(db, 'job_1', 'too late')
  await completeJob(db, 'job_1', { first: false })
  expect(await job()).toMatchObject({ status: 'completed', result: { first: true }, reason: null })
})

test('a failed job begins again when its message is put back', async () => {
  const { db } = database
  await beginJob(db, 'job_1')
  await failJob(db, 'job_1', 'no such table')
  expect(await job()).toMatchObject({
    status: 'failed',
    reason: 'no such table',
    completed_at: expect.any(Date),
  })
  await beginJob(db, 'job_1')
  expect(await job()).toMatchObject({ status: 'processing', reason: null, completed_at: null })
})

test('an unknown job is neither begun nor found', async () => {
  const { db } = database
  await beginJob(db, 'job_2')
  await completeJob(db, 'job_2', {})
  expect(await findJob(db, 'job_2')).toBeUndefined()
})
