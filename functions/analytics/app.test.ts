import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import analytics from './app.ts'

test('tracks a click', async () => {
  const response = await analytics.request('/track_click', postJson({ user_id: 1, page: '/home' }))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'tracked' })
})

test('logs an update', async () => {
  const response = await analytics.request('/log_update', postJson({ product_id: 7 }))
  expect(await response.json()).toMatchObject({
    status: 'ok',
    product_id: 7,
    service: 'analyticsservice',
  })
})
