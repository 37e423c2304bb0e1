import { z } from '@hono/zod-openapi'
import { positiveInt, timestamp } from '../http/route.ts'
import { event } from '../messaging/event.ts'

export const userRegistered = event(
  'UserRegistered',
  1,
  z.object({ user_id: positiveInt, email: z.string(), timestamp }),
)
