import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Acceptance, createAcceptance } from '../../tests/acceptance.ts'

let products: Acceptance
beforeEach(async () => {
  products = await createAcceptance('product')
  onTestFinished(() => products.close())
})

const put = (path: string, body: object) => products.send(path, body, { method: 'PUT' })

test('an update is announced with its version', async () => {
  expect(await put('/products/1', { stock: 7 })).toEqual({
    status: 200,
    body: { id: 1, name: 'Laptop', stock: 7, event_published: true },
  })
  await put('/products/1', { name: 'Tablet' })
  const timestamp = expect.stringMatching(/Z$/)
  expect(products.announced).toEqual([
    {
      type: 'ProductUpdated',
      version: 1,
      data: { product_id: 1, name: 'Laptop', stock: 7, version: 1, timestamp },
      subject: 'product/1',
    },
    expect.objectContaining({
      data: { product_id: 1, name: 'Tablet', stock: 7, version: 2, timestamp },
    }),
  ])
})

test('an update without fields is announced as the same version', async () => {
  expect((await put('/products/1', {})).status).toBe(200)
  expect(products.announced).toMatchObject([{ data: { version: 0, stock: 50 } }])
})

test('an unknown product is not announced', async () => {
  expect(await put('/products/99', { stock: 1 })).toEqual({
    status: 404,
    body: { detail: 'Product not found' },
  })
  expect((await put('/products/1', { stock: -1 })).status).toBe(422)
  expect(products.announced).toEqual([])
})

test('a product is created in silence, without stock by default', async () => {
  expect(await products.send('/products', { name: 'Screen' })).toEqual({
    status: 201,
    body: { id: 4, name: 'Screen', stock: 0, event_published: false },
  })
  expect((await products.send('/products', { stock: 3 })).status).toBe(422)
  const read = await products.ask('/products/4')
  expect(await read.json()).toEqual({ id: 4, name: 'Screen', stock: 0, event_published: false })
  expect((await products.ask('/products/5')).status).toBe(404)
  expect(products.announced).toEqual([])
})
