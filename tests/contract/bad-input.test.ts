import { describe, expect, inject, test } from 'vitest'
import { type Exchange, invalid, newAddress, send, style } from './exchange.ts'

const register = (body: unknown): Exchange => ({ service: 'user', path: '/register', body })
const click = (body: unknown): Exchange => ({ service: 'analytics', path: '/track_click', body })
const reserve = (body: unknown): Exchange => ({
  service: 'inventory',
  path: '/reserve_stock',
  body,
})
const mail = (body: unknown): Exchange => ({
  service: 'email',
  path: '/send_welcome_email',
  body,
})
const order = (body: unknown): Exchange => ({ service: 'order', path: '/create_order', body })
const isAsync = style === 'async'
// In the asynchronous style, a payment that fails by design has no body.
const payPath = isAsync ? '/process_payment' : '/process_payment_fail'
const pay = (body: unknown): Exchange => ({ service: 'payment', path: payPath, body })
const update = (body: unknown, id = '1'): Exchange => ({
  service: 'product',
  method: 'PUT',
  path: `/products/${id}`,
  body,
})
const report = (body: unknown): Exchange => ({ service: 'report', path: '/generate_report', body })

const list = (query: string): Exchange => ({
  service: 'order',
  method: 'GET',
  path: `/orders${query}`,
})

type Refused = [name: string, exchange: Exchange, ...loc: string[]]

const refused: Refused[] = [
  [
    'a quantity of 2147483648',
    order({ product_id: 1, quantity: 2_147_483_648 }),
    'body',
    'quantity',
  ],
  ['a quantity of 0', order({ product_id: 1, quantity: 0 }), 'body', 'quantity'],
  [
    'a quantity that a double rounds',
    order('{"product_id":1,"quantity":1.00000000000000000001}'),
    'body',
    'quantity',
  ],
  ['a quantity as text', order({ product_id: 1, quantity: '2' }), 'body', 'quantity'],
  ['a product of null', order({ product_id: null }), 'body', 'product_id'],
  ['an unknown way to pay', order({ product_id: 1, payment: 'maybe' }), 'body', 'payment'],
  ['a user of 2147483648', click({ user_id: 2_147_483_648, page: '/' }), 'body', 'user_id'],
  ['an empty page', click({ user_id: 1, page: '' }), 'body', 'page'],
  ['a page of 2049 characters', click({ user_id: 1, page: 'x'.repeat(2049) }), 'body', 'page'],
  ['a page of 2049 emoji', click({ user_id: 1, page: '😀'.repeat(2049) }), 'body', 'page'],
  ['a page with NUL', click({ user_id: 1, page: 'a\0b' }), 'body', 'page'],
  ['a page with a lone surrogate', click('{"user_id":1,"page":"\\ud800"}'), 'body', 'page'],
  ['a page in Latin-1', click(Buffer.from('{"user_id":1,"page":"\xe9"}', 'latin1')), 'body'],
  [
    'a long page in Latin-1',
    click(Buffer.from(`{"user_id":1,"page":"${'\xe9'.repeat(5000)}"}`, 'latin1')),
    'body',
  ],
  ['a page that comes twice', click('{"user_id":1,"page":"/","page":"/a:b"}'), 'body', 'page'],
  ['a negative amount', pay({ amount: -1 }), 'body', 'amount'],
  ['an amount that is not finite', pay('{"amount":1e999}'), 'body', 'amount'],
  ['an amount that a double rounds', pay('{"amount":9007199254740993}'), 'body', 'amount'],
  ['an amount that a double rounds to 0', pay('{"amount":1e-400}'), 'body', 'amount'],
  ['an amount of -0', pay('{"amount":-0.0}'), 'body', 'amount'],
  ['an amount that comes twice', pay('{"amount":1,"\\u0061mount":1}'), 'body', 'amount'],
  ['an amount as text', pay({ amount: '1' }), 'body', 'amount'],
  ['a negative user', click({ user_id: -1, page: '/' }), 'body', 'user_id'],
  ['a negative stock', update({ stock: -1 }), 'body', 'stock'],
  ['a stock of 2147483648', update({ stock: 2_147_483_648 }), 'body', 'stock'],
  ['an empty name', update({ name: '' }), 'body', 'name'],
  ['a name of 256 characters', update({ name: 'x'.repeat(256) }), 'body', 'name'],
  ['a name with NUL', update({ name: 'a\0b' }), 'body', 'name'],
  ['a name with a lone surrogate', update('{"name":"\\udc00"}'), 'body', 'name'],
  ['an empty report type', report({ report_type: '' }), 'body', 'report_type'],
  [
    'a report type of 256 characters',
    report({ report_type: 'x'.repeat(256) }),
    'body',
    'report_type',
  ],
  ['no address', register({}), 'body', 'email'],
  ['an invalid address', register({ email: 'ada' }), 'body', 'email'],
  [
    'an address of 10,000 characters',
    register({ email: `${'a'.repeat(9_988)}@example.com` }),
    'body',
    'email',
  ],
  ['an address with NUL', register({ email: 'a\0@example.com' }), 'body', 'email'],
  [
    'an address with a lone surrogate',
    register('{"email":"\\ud800@example.com"}'),
    'body',
    'email',
  ],
  [
    'an address whose domain decodes to none',
    register({ email: 'a@xn--a.example' }),
    'body',
    'email',
  ],
  [
    'a path of 2147483648',
    { service: 'product', method: 'GET', path: '/products/2147483648' },
    'path',
    'product_id',
  ],
  ['a path of 0', { service: 'product', method: 'GET', path: '/products/0' }, 'path', 'product_id'],
  [
    'a path of -1',
    { service: 'product', method: 'GET', path: '/products/-1' },
    'path',
    'product_id',
  ],
  [
    'a path of 1e3',
    { service: 'product', method: 'GET', path: '/products/1e3' },
    'path',
    'product_id',
  ],
  ['a path of 0x10', update({ stock: 1 }, '0x10'), 'path', 'product_id'],
  [
    'a path in words',
    { service: 'product', method: 'GET', path: '/products/laptop' },
    'path',
    'product_id',
  ],
  ['a limit that comes twice', list('?limit=1&li%6Dit=1'), 'query', 'limit'],
  ['a limit of no UTF-8', list('?limit=%FF'), 'query', 'limit'],
  ['a limit with NUL', list('?limit=1%00'), 'query', 'limit'],
  ['a status that comes twice', list('?status=failed&status=failed'), 'query', 'status'],
  ['a path of no UTF-8', update({ stock: 1 }, '1%FF'), 'path', 'product_id'],
  ['a path that is encoded twice', update({ stock: 1 }, '%2531'), 'path', 'product_id'],
  ['a list instead of an object', click([]), 'body'],
  ['null instead of an object', click('null'), 'body'],
  ['malformed JSON', register('{"a":'), 'body'],
  ['an empty body', register(''), 'body'],
]

/** Requests that only the synchronous style has. */
const refusedCalls: Refused[] = [
  ['a negative quantity', reserve({ product_id: 1, quantity: -1 }), 'body', 'quantity'],
  ['a quantity with a fraction', reserve({ product_id: 1, quantity: 1.5 }), 'body', 'quantity'],
  [
    'a product of 0',
    { service: 'search', path: '/reindex', body: { product_id: 0 } },
    'body',
    'product_id',
  ],
  ['no product', { service: 'cache', path: '/invalidate_cache', body: {} }, 'body', 'product_id'],
  [
    'a product as text',
    { service: 'analytics', path: '/log_update', body: { product_id: '1' } },
    'body',
    'product_id',
  ],
  ['a negative order', pay({ order_id: -1 }), 'body', 'order_id'],
  ['a stock call for an order of 0', reserve({ product_id: 1, order_id: 0 }), 'body', 'order_id'],
  ['an e-mail to an invalid address', mail({ email: 'ada' }), 'body', 'email'],
  [
    'a missing body of optional fields',
    { service: 'payment', path: '/process_payment_fail' },
    'body',
  ],
]

describe('invalid input', () => {
  test.each(isAsync ? refused : [...refused, ...refusedCalls])(
    '%s is 422, and the service keeps running',
    async (_name, exchange, ...loc) => {
      const { status, body } = await send(exchange)
      expect(body).toEqual(invalid(...loc))
      expect(status).toBe(422)
      expect(
        (await send({ service: exchange.service, method: 'GET', path: '/ready' })).status,
      ).toBe(200)
    },
  )
})

type Limit = [name: string, exchange: Exchange, status: number]

const [paid, registered] = isAsync ? [202, 202] : [400, 201]

const limits: Limit[] = [
  ['a page of 2048 characters', click({ user_id: 2_147_483_647, page: 'x'.repeat(2048) }), 200],
  ['an amount of 0', pay({ amount: 0 }), paid],
  ['a page of 2048 emoji', click({ user_id: 1, page: '😀'.repeat(2048) }), 200],
  ['a click of user 0', click({ user_id: 0, page: '/' }), 200],
  ['unknown fields', click({ user_id: 1, page: '/', colour: 'red' }), 200],
  ['a rounded number in an unknown field', click('{"user_id":1,"page":"/","n":1e400}'), 200],
  [
    'nesting in an unknown field',
    click(`{"user_id":1e0,"page":"/","n":${'['.repeat(2e5)}${']'.repeat(2e5)}}`),
    200,
  ],
  ['a click with a byte order mark', click('\ufeff{"user_id":1,"page":"/"}'), 200],
  ['an amount of 17 digits', pay('{"amount":0.10000000000000001}'), paid],
  ['an amount with an exponent', pay('{"amount":1.50E+2}'), paid],
  ['__proto__', click('{"user_id":1,"page":"/","__proto__":{"polluted":true}}'), 200],
  [
    'JSON with a charset',
    {
      ...click({ user_id: 1, page: '/' }),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    },
    200,
  ],
  [
    'an internationalised address',
    register({ email: `${crypto.randomUUID()}@xn--exmple-cua.com` }),
    registered,
  ],
  ['an address with a plus', register({ email: `plus+${newAddress()}` }), registered],
]

const limitsOfCalls: Limit[] = [
  [
    'null in optional fields',
    pay({ order_id: null, amount: null, product_id: null, quantity: null }),
    400,
  ],
  ['an e-mail to user 0', mail({ email: newAddress(), user_id: 0 }), 200],
  ['a body of {} with optional fields only', pay({}), 400],
]

describe('input at its limits', () => {
  test.each(isAsync ? limits : [...limits, ...limitsOfCalls])(
    '%s is accepted',
    async (_name, exchange, status) => {
      expect((await send(exchange)).status).toBe(status)
    },
  )

  test('refuses a chunked body that is not UTF-8', async () => {
    const body = new Blob([Buffer.from('{"user_id":1,"page":"\xe9"}', 'latin1')]).stream()
    const init = { method: 'POST', body, duplex: 'half' as const }
    const response = await fetch(`${inject('urls').analytics}/track_click`, init)
    expect(await response.json()).toEqual(invalid('body'))
  })

  test('accepts a chunked body', async () => {
    const body = new Blob(['{"user_id":1,"page":"/"}']).stream()
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', body, headers, duplex: 'half' as const }
    const response = await fetch(`${inject('urls').analytics}/track_click`, init)
    expect(await response.json()).toEqual({ status: 'tracked' })
  })

  test.skipIf(isAsync)('an overflowing reservation is 409 without effect', async () => {
    const product_id = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
    expect((await send(reserve({ product_id, quantity: 2_147_483_647 }))).status).toBe(200)
    const { status, body } = await send(reserve({ product_id }))
    expect(body).toEqual({ detail: expect.any(String) })
    expect(status).toBe(409)
    const back = await send({
      service: 'inventory',
      path: '/compensate_stock',
      body: { product_id, quantity: 2_147_483_647 },
    })
    expect(back.body).toMatchObject({ total_reserved: 0 })
  })

  test.skipIf(isAsync)('compensating more than is reserved stops at 0', async () => {
    const product_id = 1_000_000 + Math.floor(Math.random() * 1_000_000_000)
    await send(reserve({ product_id, quantity: 2 }))
    const back = await send({
      service: 'inventory',
      path: '/compensate_stock',
      body: { product_id, quantity: 5 },
    })
    expect(back.body).toMatchObject({ total_reserved: 0 })
  })
})
