import { z } from '@hono/zod-openapi'
import { event, occurred } from '../messaging/event.ts'
import { booking, placed } from '../order/events.ts'

export const stockReserved = event('StockReserved', 1, placed.extend({ reserved_at: occurred }))

const because = booking.extend({ reason: z.string() })

export const stockRejected = event('StockRejected', 1, because.extend({ timestamp: occurred }))

export const stockReleased = event('StockReleased', 1, because.extend({ released_at: occurred }))
