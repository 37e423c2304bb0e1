import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import analytics from '../analytics/app.ts'
import product from '../product/app.ts'

const click = JSON.stringify({ user_id: 1, page: '/home' })

/** The status of a click with these headers. */
const statusWith = async (headers: Record<string, string>) =>
  (await analytics.request('/track_click', { method: 'POST', body: click, headers })).status

test.each([
  ['application/json', 200],
  ['application/json; charset=latin1', 200],
  ['application/vnd.api+json', 200],
  ['text/plain', 415],
  ['application/jsonp', 415],
])('a body of the type %s is %i', async (type, status) => {
  expect(await statusWith({ 'content-type': type })).toBe(status)
})

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
