import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import analytics from '../analytics/app.ts'
import product from '../product/app.ts'

test.each([
  ['path', '/products/0'],
  ['query', '/products?limit=0'],
])('invalid input names its place: %s', async (place, path) => {
  const response = await product.request(path, {}, {} as never)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ detail: [{ loc: [place, expect.any(String)] }] })
})

test('every wrong field of a body is named', async () => {
  const response = await analytics.request('/track_click', postJson({}))
  expect(await response.json()).toMatchObject({
    detail: [{ loc: ['body', 'user_id'] }, { loc: ['body', 'page'] }],
  })
})
