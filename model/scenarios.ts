/** The six scenarios: the request of each, and the designed response. */
import { pathsOf, phasesOf, type ScenarioNumber, type Visit, waitOf } from './paths.ts'
import { pathOf } from './routes.ts'
import type { FunctionName } from './services.ts'
import type { SettingName } from './settings.ts'
import type { StyleName } from './styles.ts'

/** The parts of a request that differ from one to the next. */
export type Iteration = {
  /** Unique text. */
  unique: string
  /** 0 for the first request, then 1, 2 and so on. */
  count: number
}

export type ScenarioRequest = { path: string; body: Record<string, unknown> }

export type Scenario = {
  number: ScenarioNumber
  title: string
  function: FunctionName
  method: 'POST' | 'PUT'
  /** The route in OpenAPI's notation. */
  route: string
  request: (iteration: Iteration) => ScenarioRequest
  /** The designed outcome. */
  status: number
  /** The answer of the asynchronous style: the request is accepted, and its work follows. */
  acceptedStatus: number
  /**
   * The setting that determines the minimum possible time, if any, and the service that reads it.
   */
  waitsFor: { setting: SettingName; of: FunctionName } | undefined
  /** The upper limit of its 95th percentile under load, in milliseconds. */
  p95LimitMs: number
  /** The same of the answer of the asynchronous style. */
  acceptedP95LimitMs: number
  /** The parts of its time, by their names in `Server-Timing`, in order. */
  phases: readonly string[]
  /** The calls of its service, in order. */
  calls: readonly Visit[]
}

type Row = Pick<
  Scenario,
  | ('number' | 'title' | 'method')
  | ('status' | 'acceptedStatus' | 'p95LimitMs' | 'acceptedP95LimitMs')
> & {
  bodyOf: (iteration: Iteration) => ScenarioRequest['body']
}

// The three products of the seed in turn.
const productOf = (count: number) => ({ product_id: (count % 3) + 1 })

const rows: readonly Row[] = [
  {
    number: 1,
    title: 'registration + e-mail',
    method: 'POST',
    bodyOf: ({ unique }) => ({ email: `${unique}@example.com` }),
    status: 201,
    acceptedStatus: 202,
    p95LimitMs: 1000,
    acceptedP95LimitMs: 100,
  },
  {
    number: 2,
    title: 'payment + external API',
    method: 'POST',
    bodyOf: ({ count }) => ({ amount: 100, order_id: count + 1 }),
    status: 200,
    acceptedStatus: 202,
    p95LimitMs: 3000,
    acceptedP95LimitMs: 100,
  },
  {
    number: 3,
    title: 'update + three calls',
    method: 'PUT',
    bodyOf: ({ count }) => ({ stock: count % 1000 }),
    status: 200,
    acceptedStatus: 200,
    p95LimitMs: 1000,
    acceptedP95LimitMs: 100,
  },
  {
    number: 4,
    title: 'report',
    method: 'POST',
    bodyOf: () => ({ report_type: 'monthly' }),
    status: 200,
    acceptedStatus: 202,
    p95LimitMs: 15_000,
    acceptedP95LimitMs: 100,
  },
  {
    number: 5,
    title: 'order saga',
    method: 'POST',
    bodyOf: ({ count }) => ({ ...productOf(count), quantity: 1 }),
    // The payment fails by design, and the reservation is compensated.
    status: 400,
    acceptedStatus: 202,
    p95LimitMs: 1000,
    acceptedP95LimitMs: 150,
  },
  {
    number: 6,
    title: 'click',
    method: 'POST',
    bodyOf: ({ count }) => ({ user_id: (count % 1000) + 1, page: '/load' }),
    status: 200,
    acceptedStatus: 200,
    p95LimitMs: 500,
    acceptedP95LimitMs: 50,
  },
]

const paths: Record<ScenarioNumber, Visit> = pathsOf('fail')

export const scenarios: readonly Scenario[] = rows.map(({ bodyOf, ...row }) => {
  const path = paths[row.number]
  return {
    ...row,
    function: path.of,
    route: path.route,
    request: (iteration) => ({
      path: pathOf(path.route, productOf(iteration.count)),
      body: bodyOf(iteration),
    }),
    waitsFor: waitOf(path),
    phases: phasesOf(path),
    calls: path.calls ?? [],
  }
})

/** A scenario as the asynchronous style answers it: it accepts the request, and calls nobody. */
const accepted = (scenario: Scenario): Scenario => ({
  ...scenario,
  status: scenario.acceptedStatus,
  p95LimitMs: scenario.acceptedP95LimitMs,
  waitsFor: undefined,
  phases: ['queue', 'pool', 'db'],
  calls: [],
})

/** The scenarios as a style answers them. */
export const scenariosOf = (style: StyleName): readonly Scenario[] =>
  style === 'async' ? scenarios.map(accepted) : scenarios

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
