import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import { address } from '../http/address.ts'
import { externalId, optional, post, timestamp } from '../http/route.ts'

export const sendWelcomeEmail = post(routes.sendWelcomeEmail, {
  operationId: 'sendWelcomeEmail',
  summary: 'Send a welcome e-mail (simulated: it takes as long as a mail server)',
  body: z.object({ email: address, user_id: optional(externalId) }),
  answers: { 200: z.object({ message: z.string(), email: z.string(), timestamp }) },
})
