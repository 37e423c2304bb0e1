import type { FunctionName } from '../model/services.ts'

type Answer = { status: number; body: Record<string, unknown>; hops: ReadonlyMap<string, number> }

/** What theory expects of a scenario when nothing else runs. */
export type Expectation = {
  status: number
  /** The time that cannot be undercut, in milliseconds: the sum of what is waited for. */
  atLeastMs: number
  /** The same in words. */
  because: string
}

export type Scenario = {
  number: number
  title: string
  function: FunctionName
  method: 'POST' | 'PUT'
  path: string
  body: () => object
  /** The service whose setting decides how long it takes. */
  decidedBy: FunctionName
  expect: (settings: ReadonlyMap<string, number>) => Expectation
  /** What is wrong with an answer that has the right status; `undefined` where nothing is. */
  objection: (answer: Answer) => string | undefined
}

const milliseconds = (settings: ReadonlyMap<string, number>, name: string) =>
  settings.get(name) ?? 0

const warned = ({ body }: Answer) =>
  Array.isArray(body.warnings) ? `warned: ${body.warnings.join(', ')}` : undefined

const missingHop = (hops: ReadonlyMap<string, number>, expected: string[]) => {
  const missing = expected.filter((name) => !hops.has(name))
  return missing.length > 0 ? `no time spent in ${missing.join(', ')}` : undefined
}

/** The six scenarios, each as one request that shows it. */
export const scenarios: readonly Scenario[] = [
  {
    number: 1,
    title: 'registration + e-mail',
    function: 'user',
    method: 'POST',
    path: '/register',
    body: () => ({ email: `tour-${crypto.randomUUID()}@example.com` }),
    decidedBy: 'email',
    expect(settings) {
      const delay = milliseconds(settings, 'EMAIL_DELAY_MS')
      return { status: 201, atLeastMs: delay, because: `after ${delay} ms` }
    },
    objection: (answer) => warned(answer) ?? missingHop(answer.hops, ['email']),
  },
  {
    number: 2,
    title: 'payment + external API',
    function: 'payment',
    method: 'POST',
    path: '/process_payment',
    body: () => ({ amount: 100 }),
    decidedBy: 'payment',
    expect(settings) {
      const delay = milliseconds(settings, 'PAYMENT_DELAY_MS')
      return { status: 200, atLeastMs: delay, because: `after ${delay} ms` }
    },
    objection: ({ body }) =>
      body.status === 'success' ? undefined : 'the payment did not succeed',
  },
  {
    number: 3,
    title: 'update + three calls',
    function: 'product',
    method: 'PUT',
    path: '/products/1',
    body: () => ({ stock: 50 }),
    decidedBy: 'product',
    expect: () => ({ status: 200, atLeastMs: 0, because: 'sum of calls' }),
    objection: (answer) =>
      warned(answer) ??
      missingHop(answer.hops, ['search', 'cache', 'analytics']) ??
      inParallel(answer),
  },
  {
    number: 4,
    title: 'report',
    function: 'report',
    method: 'POST',
    path: '/generate_report',
    body: () => ({}),
    decidedBy: 'report',
    expect(settings) {
      const budget = milliseconds(settings, 'REPORT_CPU_SECONDS')
      return { status: 200, atLeastMs: budget * 1000, because: `after ${budget} s CPU` }
    },
    objection: ({ body }) => (Number(body.iterations) > 0 ? undefined : 'nothing was computed'),
  },
  {
    number: 5,
    title: 'order saga',
    function: 'order',
    method: 'POST',
    path: '/create_order',
    body: () => ({ product_id: 1, quantity: 1, payment: 'fail' }),
    decidedBy: 'order',
    expect: () => ({ status: 400, atLeastMs: 0, because: 'compensated' }),
    objection({ body, hops }) {
      const { reason, compensation_executed } = body.detail as Record<string, unknown>
      if (reason !== 'Payment processing failed') return String(reason)
      if (compensation_executed !== true) return 'the stock was not given back'
      return missingHop(hops, ['inventory', 'payment'])
    },
  },
  {
    number: 6,
    title: 'click',
    function: 'analytics',
    method: 'POST',
    path: '/track_click',
    body: () => ({ user_id: 1, page: '/tour' }),
    decidedBy: 'analytics',
    expect: () => ({ status: 200, atLeastMs: 0, because: 'at once' }),
    objection: ({ body }) => (body.status === 'tracked' ? undefined : 'the click was not tracked'),
  },
]

/** Calls one after another take at least the sum of their times; less would mean that they ran beside each other. */
function inParallel({ hops }: Answer): string | undefined {
  const sum = [...hops].reduce(
    (total, [name, time]) => (name === 'total' ? total : total + time),
    0,
  )
  return sum > (hops.get('total') ?? 0) + 1 ? 'the calls overlapped' : undefined
}
