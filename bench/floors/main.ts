/**
 * Runs the hand-written floor of one function: `node main.ts analytics`. New functions need none.
 */
import type { FunctionName } from '../../model/services.ts'
import { openRequestLog } from './request-log.ts'
import { type Route, serve } from './serve.ts'

const floors: Partial<Record<FunctionName, () => Promise<() => Route[]>>> = {
  user: async () => (await import('./registration.ts')).user,
  email: async () => (await import('./registration.ts')).email,
  payment: async () => (await import('./payment.ts')).payment,
  product: async () => (await import('./product.ts')).product,
  report: async () => (await import('./report.ts')).report,
  order: async () => (await import('./order.ts')).order,
  inventory: async () => (await import('./inventory.ts')).inventory,
  search: async () => (await import('./acknowledging.ts')).search,
  cache: async () => (await import('./acknowledging.ts')).cache,
  analytics: async () => (await import('./acknowledging.ts')).analytics,
}

const name = process.argv[2] as FunctionName
const load = floors[name]
if (!load) throw new Error(`There is no floor "${name}"`)
const openRoutes = await load()
serve(openRoutes(), openRequestLog(name))
