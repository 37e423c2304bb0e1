import { z } from '@hono/zod-openapi'
import { event, occurred } from '../messaging/event.ts'

const job_id = z.string()

export const generateReportJob = event(
  'GenerateReportJob',
  1,
  z.object({
    job_id,
    report_type: z.string(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    timestamp: occurred,
  }),
)

export const reportGenerated = event(
  'ReportGenerated',
  1,
  z.object({
    job_id,
    report_hash: z.string(),
    duration_seconds: z.number(),
    timestamp: occurred,
  }),
)
