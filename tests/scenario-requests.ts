import { scenarios } from '../model/scenarios.ts'
import type { FunctionName } from '../model/services.ts'

export type ScenarioRequest = {
  name: FunctionName
  method: 'POST' | 'PUT'
  /** A unique path and body. */
  make: () => { path: string; body: Record<string, unknown> }
}

const plain: ScenarioRequest[] = scenarios.map(({ function: name, method, request }) => ({
  name,
  method,
  make: () => request({ unique: crypto.randomUUID(), count: 0 }),
}))

/** An order whose payment succeeds, in addition to the one that fails by design. */
const paid: ScenarioRequest = {
  name: 'order',
  method: 'POST',
  make: () => ({ path: '/create_order', body: { product_id: 2, payment: 'succeed' } }),
}

/** A request for each scenario, and an order that is paid. */
export const scenarioRequests: readonly ScenarioRequest[] = [...plain, paid]
