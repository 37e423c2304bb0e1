/**
 * Runs the hand-written floor of one function: `node main.ts analytics`. New functions need none.
 */
import type { FunctionName } from '../../model/services.ts'
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

const load = floors[process.argv[2] as FunctionName]
if (!load) throw new Error(`There is no floor "${process.argv[2]}"`)
const openRoutes = await load()
serve(openRoutes())
