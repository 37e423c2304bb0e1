import { describe, expect, test } from 'vitest'
import { anId, aTimestamp, aUuid, type Exchange, newAddress, send, settingOf } from './exchange.ts'

const acknowledged = (service: string) => ({
  status: 'ok',
  product_id: 1,
  service,
  timestamp: aTimestamp,
})

const refusedPayment = (order_id: unknown) => ({
  detail: { status: 'failed', reason: 'Insufficient funds', order_id, timestamp: aTimestamp },
})

const booked = (quantity: number) => ({
  status: 'ok',
  product_id: 3,
  quantity,
  total_reserved: expect.any(Number),
  message: expect.any(String),
  timestamp: aTimestamp,
})

type Row = [name: string, exchange: Exchange, status: number, answer: unknown]

const email = newAddress()
// No order has this id, regardless of the order of tests.
const noOrder = 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000)
const internationalName = `ü-${crypto.randomUUID()}`
const international = `${internationalName}@exämple.com`

const rows: Row[] = [
  [
    'registers a user',
    { service: 'user', path: '/register', body: { email } },
    201,
    { id: anId, email, message: expect.any(String), timestamp: aTimestamp },
  ],
  [
    'refuses a registered address',
    { service: 'user', path: '/register', body: { email } },
    400,
    { detail: 'Email already registered' },
  ],
  [
    'refuses a registered address with another case of its domain',
    { service: 'user', path: '/register', body: { email: email.replace('example', 'EXAMPLE') } },
    400,
    { detail: 'Email already registered' },
  ],
  [
    'registers an internationalised address in its normal form',
    { service: 'user', path: '/register', body: { email: international.toUpperCase() } },
    201,
    expect.objectContaining({ email: `${internationalName.toUpperCase()}@exämple.com` }),
  ],
  [
    'recognises an internationalised domain in ASCII',
    {
      service: 'user',
      path: '/register',
      body: { email: `${internationalName.toUpperCase()}@xn--exmple-cua.com` },
    },
    400,
    { detail: 'Email already registered' },
  ],
  [
    'sends an e-mail to an address in its normal form',
    { service: 'email', path: '/send_welcome_email', body: { email: 'u\u0308@EXÄMPLE.com' } },
    200,
    expect.objectContaining({ email: 'ü@exämple.com' }),
  ],
  [
    'sends an e-mail',
    { service: 'email', path: '/send_welcome_email', body: { email, user_id: 1 } },
    200,
    { message: 'Email sent', email, timestamp: aTimestamp },
  ],
  [
    'takes a payment',
    {
      service: 'payment',
      path: '/process_payment',
      body: { order_id: 7, amount: 12.5, product_id: 1, quantity: 2 },
    },
    200,
    { status: 'success', transaction_id: aUuid, amount: 12.5, order_id: 7, timestamp: aTimestamp },
  ],
  [
    'takes a payment of 100 by default',
    { service: 'payment', path: '/process_payment', body: {} },
    200,
    {
      status: 'success',
      transaction_id: aUuid,
      amount: 100,
      order_id: null,
      timestamp: aTimestamp,
    },
  ],
  [
    'refuses a payment by design',
    { service: 'payment', path: '/process_payment_fail', body: { order_id: 7 } },
    400,
    refusedPayment(7),
  ],
  [
    'refuses a payment for an order of 0 by design',
    { service: 'payment', path: '/process_payment_fail', body: { order_id: 0 } },
    400,
    refusedPayment(0),
  ],
  [
    'takes a payment for an order of 0',
    { service: 'payment', path: '/process_payment', body: { order_id: 0 } },
    200,
    expect.objectContaining({ status: 'success', order_id: 0 }),
  ],
  [
    'refuses a payment without an order by design',
    { service: 'payment', path: '/process_payment_fail', body: {} },
    400,
    refusedPayment(null),
  ],
  [
    'reads a product',
    { service: 'product', method: 'GET', path: '/products/2' },
    200,
    { id: 2, name: 'Mouse', stock: 100 },
  ],
  [
    'updates a product',
    {
      service: 'product',
      method: 'PUT',
      path: '/products/3',
      body: { name: 'Keyboard', stock: 75 },
    },
    200,
    { id: 3, name: 'Keyboard', stock: 75, message: expect.any(String), timestamp: aTimestamp },
  ],
  [
    'leaves a product unchanged without fields',
    { service: 'product', method: 'PUT', path: '/products/3', body: {} },
    200,
    { id: 3, name: 'Keyboard', stock: 75, message: expect.any(String), timestamp: aTimestamp },
  ],
  [
    'cannot read an unknown product',
    { service: 'product', method: 'GET', path: '/products/2147483647' },
    404,
    { detail: 'Product not found' },
  ],
  [
    'cannot update an unknown product',
    { service: 'product', method: 'PUT', path: '/products/2147483647', body: { stock: 1 } },
    404,
    { detail: 'Product not found' },
  ],
  [
    're-indexes a product',
    { service: 'search', path: '/reindex', body: { product_id: 1 } },
    200,
    acknowledged('searchservice'),
  ],
  [
    'forgets a product',
    { service: 'cache', path: '/invalidate_cache', body: { product_id: 1 } },
    200,
    acknowledged('cacheservice'),
  ],
  [
    'logs an update',
    { service: 'analytics', path: '/log_update', body: { product_id: 1 } },
    200,
    acknowledged('analyticsservice'),
  ],
  [
    'tracks a click',
    { service: 'analytics', path: '/track_click', body: { user_id: 1, page: '/home' } },
    200,
    { status: 'tracked' },
  ],
  [
    'generates a report',
    { service: 'report', path: '/generate_report', body: { report_type: 'weekly' } },
    200,
    {
      status: 'completed',
      report_type: 'weekly',
      report_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      computation_time_seconds: expect.any(Number),
      iterations: expect.any(Number),
      timestamp: aTimestamp,
    },
  ],
  [
    'generates a monthly report by default',
    { service: 'report', path: '/generate_report', body: {} },
    200,
    expect.objectContaining({ report_type: 'monthly' }),
  ],
  [
    'reserves stock',
    {
      service: 'inventory',
      path: '/reserve_stock',
      body: { product_id: 3, quantity: 2, order_id: noOrder },
    },
    200,
    booked(2),
  ],
  [
    'reserves one by default',
    { service: 'inventory', path: '/reserve_stock', body: { product_id: 3 } },
    200,
    booked(1),
  ],
  [
    'releases stock',
    { service: 'inventory', path: '/compensate_stock', body: { product_id: 3, quantity: 3 } },
    200,
    booked(3),
  ],
  [
    'cannot release stock of an unknown product',
    { service: 'inventory', path: '/compensate_stock', body: { product_id: 2_147_483_647 } },
    404,
    { detail: 'Inventory item not found' },
  ],
  [
    'fails an order by design and compensates it',
    {
      service: 'order',
      path: '/create_order',
      body: { product_id: 2, quantity: 2, payment: 'fail' },
    },
    400,
    {
      detail: {
        message: 'Order failed due to payment issue',
        order_id: anId,
        product_id: 2,
        reason: 'Payment processing failed',
        compensation_executed: true,
        timestamp: aTimestamp,
      },
    },
  ],
  [
    'completes an order whose payment succeeds',
    { service: 'order', path: '/create_order', body: { product_id: 2, payment: 'succeed' } },
    200,
    {
      order_id: anId,
      status: 'completed',
      product_id: 2,
      quantity: 1,
      message: expect.any(String),
    },
  ],
]

describe('scenario endpoints', () => {
  test.each(rows)('%s', async (_name, exchange, status, answer) => {
    const { body, ...rest } = await send(exchange)
    expect(body).toEqual(answer)
    expect(rest.status).toBe(status)
  })
})

describe('blocking', () => {
  test.each([
    [
      'registration',
      'email',
      'EMAIL_DELAY_MS',
      1,
      { service: 'user', path: '/register', body: { email: newAddress() } },
    ],
    [
      'e-mail',
      'email',
      'EMAIL_DELAY_MS',
      1,
      { service: 'email', path: '/send_welcome_email', body: { email } },
    ],
    [
      'payment',
      'payment',
      'PAYMENT_DELAY_MS',
      1,
      { service: 'payment', path: '/process_payment', body: {} },
    ],
    [
      'report',
      'report',
      'REPORT_CPU_SECONDS',
      1000,
      { service: 'report', path: '/generate_report', body: {} },
    ],
  ] as const)(
    'a %s takes at least its delay',
    async (_name, decidedBy, setting, factor, exchange) => {
      const { milliseconds } = await send(exchange)
      const atLeast = (await settingOf(decidedBy, setting)) * factor
      expect(atLeast).toBeGreaterThan(0)
      expect(milliseconds).toBeGreaterThanOrEqual(atLeast)
    },
  )

  test('a report uses its CPU budget', async () => {
    const { body } = await send({ service: 'report', path: '/generate_report', body: {} })
    const budget = await settingOf('report', 'REPORT_CPU_SECONDS')
    expect(
      (body as { computation_time_seconds: number }).computation_time_seconds,
    ).toBeGreaterThanOrEqual(budget)
  })

  test('a product update calls its three services in turn', async () => {
    const { headers } = await send({
      service: 'product',
      method: 'PUT',
      path: '/products/1',
      body: {},
    })
    const times = [...(headers.get('server-timing') ?? '').matchAll(/(\w+);dur=([\d.]+)/g)]
    const [search, cache, analytics, total] = ['search', 'cache', 'analytics', 'total'].map(
      (name) => Number(times.find(([, named]) => named === name)?.[2]),
    )
    expect(total).toBeGreaterThanOrEqual(
      (search ?? Number.NaN) + (cache ?? Number.NaN) + (analytics ?? Number.NaN) - 1,
    )
  })
})
