/** Runs the hand-written floor of one function: `node main.ts analytics FILE-OF-LOG`. */
import { trackClick } from '../../functions/analytics/contract.ts'
import { processPaymentFail } from '../../functions/payment/contract.ts'
import { reindex } from '../../functions/search/contract.ts'
import { type FunctionName, services } from '../../model/services.ts'
import { inventory, order } from './order.ts'
import { type Route, route, serve } from './serve.ts'

const now = () => new Date().toISOString()

const clicks = () => [route(trackClick, () => ({ status: 200, body: { status: 'tracked' } }))]

const search = () => [
  route(reindex, ({ product_id }) => ({
    status: 200,
    body: { status: 'ok', product_id, service: services.search.name, timestamp: now() },
  })),
]

const payment = () => [
  route(processPaymentFail, ({ order_id = null }) => {
    const detail = { status: 'failed', reason: 'Insufficient funds', order_id, timestamp: now() }
    return { status: 400, body: { detail } }
  }),
]

const floors: Partial<Record<FunctionName, () => Route[]>> = {
  analytics: clicks,
  search,
  payment,
  inventory,
  order,
}

const [, , name, logFile = ''] = process.argv
const openRoutes = floors[name as FunctionName]
if (!openRoutes) throw new Error(`There is no floor "${name}"`)
serve(name as FunctionName, openRoutes(), logFile)
