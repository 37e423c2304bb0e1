import { z } from '@hono/zod-openapi'
import { findJob, insertJob } from '../../db/work/jobs.ts'
import { routes } from '../../model/routes.ts'
import { defineAcceptor } from '../http/define.ts'
import { postOptional } from '../http/optional-body.ts'
import { readUntil } from '../http/prefer-wait.ts'
import { refuse } from '../http/refusal.ts'
import { publish } from '../messaging/event.ts'
import { getJob, hasJobEnded, newJobId, shownJob } from '../messaging/jobs.ts'
import { reportRequest } from './contract.ts'
import { generateReportJob } from './events.ts'

const generateReport = postOptional(routes.generateReport, {
  operationId: 'generateReport',
  summary: 'Accept a report, to be computed later',
  body: reportRequest,
  answers: {
    202: z.object({ job_id: z.string(), status: z.literal('queued'), message: z.string() }),
  },
})

/** Scenario 4: a report that its client does not wait for. */
export default defineAcceptor<'report'>()
  .openapi(generateReport, async (c) => {
    const job_id = newJobId('job')
    const { report_type } = c.req.valid('json')
    const job = { job_id, report_type, parameters: {}, timestamp: new Date().toISOString() }
    await c.env.accept(async (db) => {
      await insertJob(db, job_id)
      return { answer: null, publish: [publish(generateReportJob, job, `job/${job_id}`)] }
    })
    const message = 'Report queued, it is computed in the background'
    return c.json({ job_id, status: 'queued' as const, message }, 202)
  })
  .openapi(getJob, async (c) => {
    const { id } = c.req.valid('param')
    const job = await readUntil(c, () => findJob(c.env.db, id), hasJobEnded)
    if (!job) return refuse(c, { refused: 'unknown', detail: 'Job not found' })
    return c.json(shownJob(job), 200)
  })
