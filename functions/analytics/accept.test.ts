import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import type { Announcement } from '../messaging/event.ts'
import analytics from './accept.ts'

test('a click is answered when it is durable', async () => {
  const stored: Announcement[] = []
  const { promise: durable, resolve: commit } = Promise.withResolvers<void>()
  const store = (announcement: Announcement) => {
    stored.push(announcement)
    return durable
  }
  const click = { user_id: 7, page: '/home', session_id: 's', shoe_size: 44 }
  const asking = analytics.request('/track_click', postJson(click), { store })
  await expect.poll(() => stored.length).toBe(1)
  const pending = await Promise.race([asking, 'no answer yet'])
  expect(pending).toBe('no answer yet')
  commit()
  const response = await asking
  expect([response.status, await response.json()]).toEqual([200, { status: 'tracked' }])
  const { shoe_size: _, ...data } = click
  expect(stored).toEqual([
    {
      type: 'ClickTracked',
      version: 1,
      data: { ...data, timestamp: expect.stringMatching(/Z$/) },
    },
  ])
})

test.each([{ user_id: 7 }, { page: '/' }, { user_id: -1, page: '/' }])(
  'the click %j is refused',
  async (click) => {
    const store = () => Promise.reject(new Error('stored'))
    const response = await analytics.request('/track_click', postJson(click), { store })
    expect(response.status).toBe(422)
  },
)
