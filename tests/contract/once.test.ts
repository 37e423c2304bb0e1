import { describe, expect, test } from 'vitest'
import { type Exchange, invalid, newAddress, send, style } from './exchange.ts'

/** An id that neither an order nor an earlier run has. */
const anOrder = () => 1_000_000_000 + Math.floor(Math.random() * 1_000_000_000)

const stock = (path: '/reserve_stock' | '/compensate_stock', body: object): Exchange => ({
  service: 'inventory',
  path,
  body,
})

// No client reaches stock calls in the asynchronous style.
describe.runIf(style === 'sync')('stock calls with an order', () => {
  test('reserving again changes nothing', async () => {
    const booking = { product_id: 3, quantity: 2, order_id: anOrder() }
    const first = await send(stock('/reserve_stock', booking))
    const again = await send(stock('/reserve_stock', booking))
    expect([first.status, again.status]).toEqual([200, 200])
    const { total_reserved } = first.body as { total_reserved: number }
    expect(again.body).toMatchObject({ status: 'ok', quantity: 2, total_reserved })
    const back = await send(stock('/compensate_stock', booking))
    expect(back.body).toMatchObject({ total_reserved: total_reserved - 2 })
    const backAgain = await send(stock('/compensate_stock', booking))
    expect(backAgain.status).toBe(200)
    expect(backAgain.body).toMatchObject({ total_reserved: total_reserved - 2 })
  })

  test('records the compensation of an unknown reservation', async () => {
    for (const product_id of [3, anOrder()]) {
      const booking = { product_id, quantity: 1, order_id: anOrder() }
      expect((await send(stock('/compensate_stock', booking))).status).toBe(200)
      const late = await send(stock('/reserve_stock', booking))
      expect(late.body).toEqual({ detail: expect.stringContaining('released product') })
      expect(late.status).toBe(409)
    }
  })
})

const orderOf = () => ({ product_id: 1, quantity: 1, payment: 'fail' })

describe.each([
  ['registration', 'user', '/register', () => ({ email: newAddress() }), 201],
  ['order', 'order', '/create_order', orderOf, 400],
] as const)('a %s with an Idempotency-Key', (_name, service, path, body, ofSync) => {
  const status = style === 'async' ? 202 : ofSync
  const withKey = (sent: object, key: string) =>
    send({ service, path, body: sent, headers: { 'idempotency-key': key } })

  test('gets the same response each time', async () => {
    const sent = body()
    const key = crypto.randomUUID()
    const first = await withKey(sent, key)
    expect(first.status).toBe(status)
    const again = await withKey(sent, key)
    expect(again.body).toEqual(first.body)
    expect(again.status).toBe(status)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  test('refuses the key with another body', async () => {
    const key = crypto.randomUUID()
    await withKey(body(), key)
    const other = await withKey({ ...body(), other: true }, key)
    expect(other.body).toEqual(invalid('header', 'idempotency-key'))
    expect(other.status).toBe(422)
  })

  test('runs once for concurrent requests', async () => {
    const sent = body()
    const key = crypto.randomUUID()
    const answers = await Promise.all(Array.from({ length: 5 }, () => withKey(sent, key)))
    const made = answers.filter((answer) => answer.status === status)
    expect(made.length).toBeGreaterThan(0)
    expect(
      answers.filter((answer) => answer.status !== status).every((answer) => answer.status === 409),
    ).toBe(true)
    expect(new Set(made.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
  })
})
