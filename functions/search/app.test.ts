import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import search from './app.ts'

test('acknowledges a product', async () => {
  const response = await search.request('/reindex', postJson({ product_id: 7 }))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    status: 'ok',
    product_id: 7,
    service: 'searchservice',
  })
})
