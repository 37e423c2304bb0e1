import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import { acknowledged } from '../http/acknowledgement.ts'
import { externalId, post, shortText } from '../http/route.ts'

export const logUpdate = post(routes.logUpdate, {
  operationId: 'logUpdate',
  summary: 'Record that a product was updated',
  ...acknowledged,
})

export const click = z.object({ user_id: externalId, page: shortText(2048) })

export const trackClick = post(routes.trackClick, {
  operationId: 'trackClick',
  summary: 'Count a click',
  body: click,
  answers: { 200: z.object({ status: z.literal('tracked') }) },
})
