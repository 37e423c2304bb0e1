/**
 * The path of each scenario's request: which services it visits, in order, and what each of them
 * does. Predictions, phases and panels derive from it.
 */
import { routes } from './routes.ts'
import type { FunctionName } from './services.ts'

/** The part of one service. */
export type Visit = {
  of: FunctionName
  /** The route in OpenAPI's notation. */
  route: string
  /** Queries, one after another. */
  queries?: number
  /** The setting that says how long it waits. */
  waits?: 'EMAIL_DELAY_MS' | 'PAYMENT_DELAY_MS'
  /** Whether it computes for `REPORT_CPU_SECONDS`. */
  computes?: boolean
  /** Whether the caller only warns if it fails. */
  optional?: boolean
  /** Calls, one after another. Their caller holds its slot meanwhile. */
  calls?: readonly Visit[]
}

export type PaymentOutcome = 'fail' | 'succeed'

const payment = {
  of: 'payment',
  route: routes.processPayment,
  waits: 'PAYMENT_DELAY_MS',
} satisfies Visit
export const reserve = { of: 'inventory', route: routes.reserveStock, queries: 1 } satisfies Visit
export const compensate = {
  of: 'inventory',
  route: routes.compensateStock,
  queries: 1,
} satisfies Visit
const refusal = { of: 'payment', route: routes.processPaymentFail } satisfies Visit

// Pending, paying, completed; a refused payment also stores that it compensates.
const orders: Record<PaymentOutcome, Pick<Visit, 'queries' | 'calls'>> = {
  succeed: { queries: 3, calls: [reserve, payment] },
  fail: { queries: 4, calls: [reserve, refusal, compensate] },
}

/** The path of the scenario of each number. */
export const pathsOf = (outcome: PaymentOutcome) =>
  ({
    1: {
      of: 'user',
      route: routes.register,
      queries: 1,
      calls: [
        { of: 'email', route: routes.sendWelcomeEmail, waits: 'EMAIL_DELAY_MS', optional: true },
      ],
    },
    2: payment,
    3: {
      of: 'product',
      route: routes.putProduct,
      queries: 1,
      calls: [
        { of: 'search', route: routes.reindex, optional: true },
        { of: 'cache', route: routes.invalidateCache, optional: true },
        { of: 'analytics', route: routes.logUpdate, optional: true },
      ],
    },
    4: { of: 'report', route: routes.generateReport, computes: true },
    5: { of: 'order', route: routes.createOrder, ...orders[outcome] },
    6: { of: 'analytics', route: routes.trackClick },
  }) as const satisfies Record<number, Visit>

export type ScenarioNumber = keyof ReturnType<typeof pathsOf>

/** A visit and all those below it. */
export const flatten = (visit: Visit): Visit[] => [visit, ...(visit.calls ?? []).flatMap(flatten)]

/** The services that a visit calls, each once. */
export const calleesOf = ({ calls = [] }: Pick<Visit, 'calls'>): FunctionName[] => [
  ...new Set(calls.map(({ of }) => of)),
]

/** The parts of a visit's time, by their names in `Server-Timing`, in order. */
export const phasesOf = (visit: Visit): string[] => [
  'queue',
  ...(visit.queries ? ['pool', 'db'] : []),
  ...(visit.computes ? ['worker', 'cpu'] : []),
  ...calleesOf(visit),
]

/** The setting that determines the minimum time of a visit, and the service that reads it. */
export const waitOf = (visit: Visit) =>
  flatten(visit).flatMap(({ of, waits, computes }) => {
    const setting = computes ? ('REPORT_CPU_SECONDS' as const) : waits
    return setting ? [{ setting, of }] : []
  })[0]
