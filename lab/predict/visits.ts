/** The work of one request of each scenario, service by service: the input of its prediction. */
import type { FunctionName } from '../../model/services.ts'

export type Visit = {
  of: FunctionName
  /** Queries, one after another. */
  queries?: number
  /** The setting that says how long it waits. */
  waits?: 'EMAIL_DELAY_MS' | 'PAYMENT_DELAY_MS'
  /** Whether it computes for `REPORT_CPU_SECONDS`. */
  computes?: boolean
  /** Calls, one after another. Their caller holds its slot meanwhile. */
  calls?: readonly Visit[]
}

const reserve: Visit = { of: 'inventory', queries: 1 }
const compensate: Visit = { of: 'inventory', queries: 1 }

// Pending, paying, completed; a refused payment also stores that it compensates.
const paidOrder: Visit = {
  of: 'order',
  queries: 3,
  calls: [reserve, { of: 'payment', waits: 'PAYMENT_DELAY_MS' }],
}
const refusedOrder: Visit = {
  of: 'order',
  queries: 4,
  calls: [reserve, { of: 'payment' }, compensate],
}

/** The visit of the scenario of each number. */
export const visitsOf = (paymentOutcome: 'fail' | 'succeed'): Record<number, Visit> => ({
  1: { of: 'user', queries: 1, calls: [{ of: 'email', waits: 'EMAIL_DELAY_MS' }] },
  2: { of: 'payment', waits: 'PAYMENT_DELAY_MS' },
  3: {
    of: 'product',
    queries: 1,
    calls: [{ of: 'search' }, { of: 'cache' }, { of: 'analytics' }],
  },
  4: { of: 'report', computes: true },
  5: paymentOutcome === 'fail' ? refusedOrder : paidOrder,
  6: { of: 'analytics' },
})
