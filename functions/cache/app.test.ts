import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import cache from './app.ts'

test('acknowledges a product', async () => {
  const response = await cache.request('/invalidate_cache', postJson({ product_id: 7 }))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    status: 'ok',
    product_id: 7,
    service: 'cacheservice',
  })
})
