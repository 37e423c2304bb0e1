import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import { defineAcceptor } from '../http/define.ts'
import { post, shortText } from '../http/route.ts'
import { publish } from '../messaging/event.ts'
import { click } from './contract.ts'
import { clickTracked } from './events.ts'

const trackClick = post(routes.trackClick, {
  operationId: 'trackClick',
  summary: 'Store a click, to be counted later',
  body: click.extend({ session_id: shortText(255).nullish() }),
  answers: { 200: z.object({ status: z.literal('tracked') }) },
})

/** Scenario 6: clicks that are answered as soon as they are durable. */
export default defineAcceptor<'analytics'>().openapi(trackClick, async (c) => {
  const tracked = { ...c.req.valid('json'), timestamp: new Date().toISOString() }
  await c.env.store(publish(clickTracked, tracked))
  return c.json({ status: 'tracked' as const }, 200)
})
