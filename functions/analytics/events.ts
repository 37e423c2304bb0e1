import { z } from '@hono/zod-openapi'
import { externalId } from '../http/route.ts'
import { event, occurred } from '../messaging/event.ts'

export const clickTracked = event(
  'ClickTracked',
  1,
  z.object({
    user_id: externalId,
    page: z.string(),
    session_id: z.string().nullish(),
    timestamp: occurred,
  }),
)
