/** The six scenarios: the request of each, and the designed response. */
import { pathOf, routes } from './routes.ts'
import type { FunctionName } from './services.ts'
import type { SettingName } from './settings.ts'

/** The parts of a request that differ from one to the next. */
export type Iteration = {
  /** Unique text. */
  unique: string
  /** 0 for the first request, then 1, 2 and so on. */
  count: number
}

export type ScenarioRequest = { path: string; body: Record<string, unknown> }

export type Scenario = {
  number: number
  title: string
  function: FunctionName
  method: 'POST' | 'PUT'
  /** The route in OpenAPI's notation. */
  route: string
  request: (iteration: Iteration) => ScenarioRequest
  /** The designed outcome. */
  status: number
  /**
   * The setting that determines the minimum possible time, if any, and the service that reads it.
   */
  waitsFor?: { setting: SettingName; of: FunctionName }
  /** The upper limit of its 95th percentile under load, in milliseconds. */
  p95LimitMs: number
  /** The parts of its time, by their names in `Server-Timing`, in order. */
  phases: readonly string[]
  /** Calls whose failure becomes a warning in the response. */
  warnsOf: readonly FunctionName[]
}

/** A route without parameters, and its requests. */
const at = (route: string, bodyOf: (iteration: Iteration) => ScenarioRequest['body']) => ({
  route,
  request: (iteration: Iteration) => ({ path: route, body: bodyOf(iteration) }),
})

export const scenarios = [
  {
    number: 1,
    title: 'registration + e-mail',
    function: 'user',
    method: 'POST',
    ...at(routes.register, ({ unique }) => ({ email: `${unique}@example.com` })),
    status: 201,
    waitsFor: { setting: 'EMAIL_DELAY_MS', of: 'email' },
    p95LimitMs: 1000,
    phases: ['queue', 'pool', 'db', 'email'],
    warnsOf: ['email'],
  },
  {
    number: 2,
    title: 'payment + external API',
    function: 'payment',
    method: 'POST',
    ...at(routes.processPayment, ({ count }) => ({ amount: 100, order_id: count + 1 })),
    status: 200,
    waitsFor: { setting: 'PAYMENT_DELAY_MS', of: 'payment' },
    p95LimitMs: 3000,
    phases: ['queue'],
    warnsOf: [],
  },
  {
    number: 3,
    title: 'update + three calls',
    function: 'product',
    method: 'PUT',
    route: routes.putProduct,
    // The three products of the seed in turn.
    request: ({ count }) => ({
      path: pathOf(routes.putProduct, { product_id: (count % 3) + 1 }),
      body: { stock: count % 1000 },
    }),
    status: 200,
    p95LimitMs: 1000,
    phases: ['queue', 'pool', 'db', 'search', 'cache', 'analytics'],
    warnsOf: ['search', 'cache', 'analytics'],
  },
  {
    number: 4,
    title: 'report',
    function: 'report',
    method: 'POST',
    ...at(routes.generateReport, () => ({ report_type: 'monthly' })),
    status: 200,
    waitsFor: { setting: 'REPORT_CPU_SECONDS', of: 'report' },
    p95LimitMs: 15_000,
    phases: ['queue', 'cpu'],
    warnsOf: [],
  },
  {
    number: 5,
    title: 'order saga',
    function: 'order',
    method: 'POST',
    ...at(routes.createOrder, ({ count }) => ({ product_id: (count % 3) + 1, quantity: 1 })),
    // The payment fails by design, and the reservation is compensated.
    status: 400,
    p95LimitMs: 1000,
    phases: ['queue', 'pool', 'db', 'inventory', 'payment'],
    warnsOf: [],
  },
  {
    number: 6,
    title: 'click',
    function: 'analytics',
    method: 'POST',
    ...at(routes.trackClick, ({ count }) => ({ user_id: (count % 1000) + 1, page: '/load' })),
    status: 200,
    p95LimitMs: 500,
    phases: ['queue'],
    warnsOf: [],
  },
] as const satisfies readonly Scenario[]

/**
 * The minimum possible time of a scenario in milliseconds, from the settings of the services; 0 if
 * no setting determines it. A setting that a lab does not show has its default.
 */
export function leastMs(
  { waitsFor }: Scenario,
  settingOf: (of: FunctionName, setting: SettingName) => number,
): number {
  if (!waitsFor) return 0
  const value = settingOf(waitsFor.of, waitsFor.setting)
  return waitsFor.setting.endsWith('_SECONDS') ? value * 1000 : value
}

/** An OpenAPI route in the notation of Hono and of the `handler` label. */
export const honoPattern = (route: string): string => route.replaceAll(/{(.+?)}/g, ':$1')

/** @throws Error if there is no scenario of that number */
export function scenarioOf(number: number): Scenario {
  const scenario = scenarios.find((candidate) => candidate.number === number)
  if (!scenario) throw new Error(`There is no scenario ${number}`)
  return scenario
}
