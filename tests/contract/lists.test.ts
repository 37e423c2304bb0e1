import { describe, expect, test } from 'vitest'
import type { FunctionName } from '../../model/services.ts'
import { endOf } from './accepted-work.ts'
import { invalid, newAddress, send, style } from './exchange.ts'

type Row = Record<string, unknown>
type List = { count: number } & Record<string, Row[]>

const lists = [
  ['/users', 'user', 'users', 'id', ['email', 'id']],
  ['/products', 'product', 'products', 'id', ['id', 'name', 'stock']],
  ['/orders', 'order', 'orders', 'id', ['id', 'product_id', 'quantity', 'status']],
  ['/inventory', 'inventory', 'inventory', 'product_id', ['product_id', 'reserved']],
] as const

async function page(
  service: FunctionName,
  path: string,
  key: string,
): Promise<{ rows: Row[]; count: number }> {
  const { status, body } = await send({ service, method: 'GET', path })
  expect(status).toBe(200)
  const list = body as List
  expect(Object.keys(list).sort()).toEqual(['count', key].sort())
  return { rows: list[key] ?? [], count: list.count }
}

describe.each(lists)('GET %s', (path, service, key, id, columns) => {
  test('lists rows by id and counts all', async () => {
    await makeRows()
    const { rows, count } = await page(service, `${path}?limit=2`, key)
    expect(rows).toHaveLength(2)
    expect(count).toBeGreaterThanOrEqual(2)
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(columns)
    expect(Number(rows[0]?.[id])).toBeLessThan(Number(rows[1]?.[id]))
  })

  test('continues after an id', async () => {
    await makeRows()
    const first = await page(service, `${path}?limit=2`, key)
    const next = await page(service, `${path}?limit=1&after=${first.rows[0]?.[id]}`, key)
    expect(next.rows).toEqual([first.rows[1]])
  })

  test.each([
    ['limit', '0'],
    ['limit', '10001'],
    ['limit', '1e2'],
    ['limit', ''],
    ['after', '-1'],
    ['after', '2147483648'],
    ['after', 'x'],
  ])('refuses %s=%s', async (name, value) => {
    const { status, body } = await send({
      service,
      method: 'GET',
      path: `${path}?${name}=${value}`,
    })
    const range = name === 'limit' ? '1 to 10000' : '0 to 2147483647'
    expect(body).toEqual(invalid('query', name))
    expect(body).toMatchObject({ detail: [{ msg: `must be a whole number from ${range}` }] })
    expect(status).toBe(422)
  })
})

test('orders can be listed by status', async () => {
  await makeRows()
  const failed = await page('order', '/orders?status=failed&limit=10000', 'orders')
  const completed = await page('order', '/orders?status=completed&limit=10000', 'orders')
  expect(new Set(failed.rows.map(({ status }) => status))).toEqual(new Set(['failed']))
  expect(new Set(completed.rows.map(({ status }) => status))).toEqual(new Set(['completed']))
  const { status, body } = await send({
    service: 'order',
    method: 'GET',
    path: '/orders?status=lost',
  })
  expect(body).toEqual(invalid('query', 'status'))
  expect(status).toBe(422)
})

/** Two users, and two orders with different outcomes; products and inventory are in the seed. */
async function makeRows(): Promise<void> {
  await Promise.all([
    send({ service: 'user', path: '/register', body: { email: newAddress() } }),
    send({ service: 'user', path: '/register', body: { email: newAddress() } }),
    placeOrder('fail'),
    placeOrder('succeed'),
  ])
}

/** Resolves when the order has ended. */
async function placeOrder(payment: 'fail' | 'succeed'): Promise<void> {
  const body = { product_id: 1, payment }
  const placed = await send({ service: 'order', path: '/create_order', body })
  if (style === 'async') await endOf('order', `/orders/${(placed.body as Row).id}`)
}
