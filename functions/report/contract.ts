import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import { post, shortText, timestamp, withDefault } from '../http/route.ts'

export const reportRequest = z.object({
  report_type: withDefault(shortText(255).nullish(), 'monthly'),
})

export const generateReport = post(routes.generateReport, {
  operationId: 'generateReport',
  summary: 'Compute a report: a chain of SHA-256 hashes within a time budget',
  body: reportRequest,
  answers: {
    200: z.object({
      status: z.literal('completed'),
      report_type: z.string(),
      report_hash: z.string(),
      computation_time_seconds: z.number(),
      iterations: z.int().positive(),
      timestamp,
    }),
  },
})
