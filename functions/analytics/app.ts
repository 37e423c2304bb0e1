import { acknowledge } from '../http/acknowledgement.ts'
import { defineFunction } from '../http/define.ts'
import { logUpdate, trackClick } from './contract.ts'

/**
 * Scenario 3, third callee, and scenario 6: clicks that are validated, counted by the metrics and
 * answered at once.
 */
export default defineFunction<'analytics'>()
  .openapi(logUpdate, (c) => c.json(acknowledge('analytics', c.req.valid('json').product_id), 200))
  .openapi(trackClick, (c) => c.json({ status: 'tracked' as const }, 200))
