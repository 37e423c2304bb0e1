import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { failJob } from '../../db/work/jobs.ts'
import { type Acceptance, createAcceptance } from '../../tests/acceptance.ts'
import { postJson } from '../../tests/in-process.ts'

let reports: Acceptance
beforeEach(async () => {
  reports = await createAcceptance('report')
  onTestFinished(() => reports.close())
})

const typesOf = () => reports.announced.map(({ data }) => data.report_type)

test.each([
  ['no body', { method: 'POST' }, 'monthly'],
  ['an empty body', postJson(''), 'monthly'],
  ['an empty object', postJson({}), 'monthly'],
  ['a type', postJson({ report_type: 'yearly' }), 'yearly'],
])('a request with %s becomes a job', async (_name, init, report_type) => {
  const response = await reports.ask('/generate_report', init)
  expect(response.status).toBe(202)
  const { job_id, status } = (await response.json()) as { job_id: string; status: string }
  expect([job_id, status]).toEqual([expect.stringMatching(/^job_[0-9a-f]{12}$/), 'queued'])
  expect(reports.announced).toEqual([
    {
      type: 'GenerateReportJob',
      version: 1,
      data: { job_id, report_type, parameters: {}, timestamp: expect.stringMatching(/Z$/) },
      subject: `job/${job_id}`,
    },
  ])
})

test.each([
  ['{"report_type"', 400],
  ['[]', 422],
  ['{"report_type":"a","report_type":"b"}', 422],
  ['{"report_type":7}', 422],
])('the body %s is refused', async (body, status) => {
  expect((await reports.send('/generate_report', body)).status).toBe(status)
  expect(typesOf()).toEqual([])
})

test('a failed job says why', async () => {
  const { body } = await reports.send('/generate_report', {})
  await failJob(reports.db, String(body.job_id), 'out of memory')
  const response = await reports.ask(`/jobs/${body.job_id}`)
  expect(await response.json()).toMatchObject({ status: 'failed', reason: 'out of memory' })
  expect((await reports.ask('/jobs/job_0')).status).toBe(404)
})
