/** How clients ask for the work of a job. */
import { z } from '@hono/zod-openapi'
import type { Job } from '../../db/message-tables.ts'
import { getOrWait } from '../http/prefer-wait.ts'
import { shortText, timestamp } from '../http/route.ts'

export const getJob = getOrWait('/jobs/{id}', {
  operationId: 'getJob',
  summary: 'Read a job; `Prefer: wait=10` waits for its end',
  params: z.object({ id: shortText(255) }),
  answers: {
    200: z.object({
      id: z.string(),
      status: z.enum(['queued', 'processing', 'completed', 'failed']),
      result: z.looseObject({}).optional(),
      reason: z.string().optional(),
      accepted_at: timestamp,
      completed_at: timestamp.optional(),
    }),
  },
  refuses: { 404: 'Job not found' },
})

/** A job as its clients see it: without what it does not have yet. */
export const shownJob = ({ result, reason, accepted_at, completed_at, ...job }: Job) => ({
  ...job,
  ...(result !== null && { result: result as Record<string, unknown> }),
  ...(reason !== null && { reason }),
  accepted_at: accepted_at.toISOString(),
  ...(completed_at && { completed_at: completed_at.toISOString() }),
})

export const hasJobEnded = (job: Job | undefined): boolean =>
  job === undefined || job.completed_at !== null

/** A new id of a job: 48 random bits after what kind of job it is. */
export const newJobId = (kind: 'pay' | 'job'): string => `${kind}_${crypto.randomUUID().slice(-12)}`
