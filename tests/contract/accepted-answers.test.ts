/** What the asynchronous style answers before the work is done. */
import { describe, expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'
import { anId, type Exchange, invalid, newAddress, send } from './exchange.ts'

type Row = [name: string, exchange: Exchange, status: number, answer: unknown]

const email = newAddress()
const aMessage = expect.stringMatching(/./)
const aPayment = expect.stringMatching(/^pay_[0-9a-f]{12}$/)
const aJob = expect.stringMatching(/^job_[0-9a-f]{12}$/)
const anOrder = (order: object) => ({ id: anId, ...order, status: 'pending' })
const queued = { job_id: aJob, status: 'queued', message: aMessage }
const processing = { payment_id: aPayment, status: 'processing', message: aMessage }

const register = (body: unknown): Exchange => ({ service: 'user', path: '/register', body })
const pay = (body?: unknown): Exchange => ({ service: 'payment', path: '/process_payment', body })
const report = (body?: unknown): Exchange => ({ service: 'report', path: '/generate_report', body })
const order = (body: unknown): Exchange => ({ service: 'order', path: '/create_order', body })
const click = (body: unknown): Exchange => ({ service: 'analytics', path: '/track_click', body })
const update = (id: number, body: unknown): Exchange => ({
  service: 'product',
  method: 'PUT',
  path: `/products/${id}`,
  body,
})
const read = (service: Exchange['service'], path: string): Exchange => ({
  service,
  method: 'GET',
  path,
})

const answers: Row[] = [
  [
    'registers a user',
    register({ email }),
    202,
    { id: anId, email, message: aMessage, event_published: true },
  ],
  [
    'refuses a registered address',
    register({ email }),
    400,
    { detail: 'Email already registered' },
  ],
  ['takes a payment', pay({ amount: 12.5, currency: 'EUR' }), 202, processing],
  ['takes a payment in USD by default', pay({ amount: 100 }), 202, processing],
  ['takes a payment of the scenario', pay({ amount: 100, order_id: 7 }), 202, processing],
  [
    'refuses a payment by design',
    { service: 'payment', path: '/process_payment_fail' },
    202,
    { status: 'failed', reason: 'Insufficient funds', message: aMessage },
  ],
  [
    'updates a product',
    update(3, { name: 'Keyboard', stock: 75 }),
    200,
    { id: 3, name: 'Keyboard', stock: 75, event_published: true },
  ],
  [
    'leaves a product unchanged without fields',
    update(3, {}),
    200,
    { id: 3, name: 'Keyboard', stock: 75, event_published: true },
  ],
  [
    'creates a product',
    { service: 'product', path: '/products', body: { name: 'Lamp', stock: 4 } },
    201,
    { id: anId, name: 'Lamp', stock: 4, event_published: false },
  ],
  [
    'creates a product without stock by default',
    { service: 'product', path: '/products', body: { name: 'Desk' } },
    201,
    { id: anId, name: 'Desk', stock: 0, event_published: false },
  ],
  [
    'reads a product',
    read('product', '/products/2'),
    200,
    expect.objectContaining({ id: 2, name: 'Mouse', event_published: false }),
  ],
  ['takes a report without a body', report(), 202, queued],
  ['takes a report with an empty body', report(''), 202, queued],
  ['takes a monthly report by default', report({}), 202, queued],
  ['takes a weekly report', report({ report_type: 'weekly' }), 202, queued],
  [
    'takes an order of one by default',
    order({ product_id: 1 }),
    202,
    anOrder({ product_id: 1, quantity: 1 }),
  ],
  [
    'takes an order with its way to pay',
    order({ product_id: 2, quantity: 3, payment: 'succeed' }),
    202,
    anOrder({ product_id: 2, quantity: 3 }),
  ],
  ['tracks a click', click({ user_id: 1, page: '/home' }), 200, { status: 'tracked' }],
  [
    'tracks a click of a session',
    click({ user_id: 1, page: '/home', session_id: 'abc' }),
    200,
    { status: 'tracked' },
  ],
  [
    'shows what is reserved of an unknown product',
    read('inventory', '/inventory/2147483647'),
    200,
    { product_id: 2_147_483_647, reserved: 0 },
  ],
]

const refusals: Row[] = [
  ['a payment without an amount', pay({ currency: 'USD' }), 422, invalid('body', 'amount')],
  ['a payment without a body', pay(), 422, invalid('body')],
  ['a report of no JSON', report('{"report_type":'), 400, { detail: aMessage }],
  [
    'a product without a name',
    { service: 'product', path: '/products', body: {} },
    422,
    invalid('body', 'name'),
  ],
  ['an unknown user', read('user', '/users/2147483647'), 404, { detail: 'User not found' }],
  ['an unknown order', read('order', '/orders/2147483647'), 404, { detail: 'Order not found' }],
  [
    'an unknown job of a payment',
    read('payment', '/jobs/pay_000000000000'),
    404,
    { detail: aMessage },
  ],
  [
    'an unknown job of a report',
    read('report', '/jobs/job_000000000000'),
    404,
    { detail: aMessage },
  ],
  ['a job whose id has another form', read('report', '/jobs/1'), 404, { detail: aMessage }],
  [
    'an update of an unknown product',
    update(2_147_483_647, { stock: 1 }),
    404,
    { detail: 'Product not found' },
  ],
  [
    'an unknown product',
    read('product', '/products/2147483647'),
    404,
    { detail: 'Product not found' },
  ],
]

test.each(answers)('%s', async (_name, exchange, status, answer) => {
  const { body, ...rest } = await send(exchange)
  expect(body).toEqual(answer)
  expect(rest.status).toBe(status)
})

test.each(refusals)('%s is refused', async (_name, exchange, status, answer) => {
  const { body, ...rest } = await send(exchange)
  expect(body).toEqual(answer)
  expect(rest.status).toBe(status)
})

test('reads a registered user', async () => {
  const address = newAddress()
  const { id } = (await send(register({ email: address }))).body as { id: number }
  const { status, body } = await send(read('user', `/users/${id}`))
  expect(body).toEqual({ id, email: address })
  expect(status).toBe(200)
})

test.each([
  ['email', '/send_welcome_email'],
  ['search', '/reindex'],
  ['cache', '/invalidate_cache'],
  ['analytics', '/log_update'],
  ['inventory', '/reserve_stock'],
  ['inventory', '/compensate_stock'],
] as const)('%s does not serve %s, which only messages reach', async (service, path) => {
  expect((await send({ service, path, body: {} })).status).toBe(404)
})

describe.each(functionNames)('the AsyncAPI document of %s', (service) => {
  test('names the queues that it consumes', async () => {
    const { status, body } = await send(read(service, '/asyncapi.json'))
    expect(body).toMatchObject({ asyncapi: '3.0.0', info: { title: services[service].name } })
    const { channels = {} } = body as { channels?: object }
    expect(Object.keys(channels)).toEqual(expect.arrayContaining([...services[service].consumes]))
    expect(status).toBe(200)
  })
})
