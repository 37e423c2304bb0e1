/** The function as its messages reach it. */
import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { QueueName } from '../../model/messages.ts'
import type { AnyApp, AnySubscriptions } from '../apps.ts'
import { concludeWork, type WorkBindings, workKey } from './work.ts'

/** Where the messages of a queue go that are only noted. */
export const notePath = (queue: QueueName): string => `/messages/${queue}`

const noteRoute = (queue: QueueName): RouteConfig => ({
  method: 'post',
  path: notePath(queue),
  responses: { 200: { description: 'Noted' } },
})

/** The routes of a function and one for each queue that it only notes, each ending with its work. */
export function createDeliveryApp(fn: AnyApp, subscriptions: AnySubscriptions): OpenAPIHono {
  const app = new OpenAPIHono<{ Bindings: WorkBindings }>()
  app.use(concludeWork)
  for (const [queue, subscription] of Object.entries(subscriptions)) {
    if (!('note' in subscription)) continue
    const route = noteRoute(queue as QueueName)
    app.openAPIRegistry.registerPath(route)
    app.post(route.path, async (c) => {
      const { work, due } = c.env[workKey]
      await subscription.note(work.db, due.data as never)
      return c.json({ status: 'noted' }, 200)
    })
  }
  app.route('/', fn)
  return app as unknown as OpenAPIHono
}
