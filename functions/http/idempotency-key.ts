import { z } from '@hono/zod-openapi'

/** The value of an `Idempotency-Key` header. */
export const keyPattern = /^[\x21-\x7e]{1,255}$/
export const keyRule = 'must be 1 to 255 visible ASCII characters'

export const idempotencyKey = z.string().regex(keyPattern, keyRule)
