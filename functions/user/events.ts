import { z } from '@hono/zod-openapi'
import { positiveInt } from '../http/route.ts'
import { event, occurred } from '../messaging/event.ts'

export const userRegistered = event(
  'UserRegistered',
  1,
  z.object({ user_id: positiveInt, email: z.string(), timestamp: occurred }),
)
