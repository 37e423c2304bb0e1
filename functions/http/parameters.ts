/** Parameters of a path or a query, which arrive as text. */
import { z } from '@hono/zod-openapi'
import { maxInteger } from '../../model/setting.ts'

export const rangeOf = (lowest: number, highest: number): string =>
  `must be a whole number from ${lowest} to ${highest}`

/** A number in decimal digits. The error message names the range. */
function decimal(lowest: number, highest = maxInteger) {
  const error = rangeOf(lowest, highest)
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,9})$/, error)
    .transform(Number)
    .pipe(z.int().min(lowest, error).max(highest, error))
    .openapi({ type: 'integer', minimum: lowest, maximum: highest })
}

export const pathId = decimal(1)

/** The query of every list: at most `limit` rows, with ids above `after`. */
export const pageQuery = z.object({
  limit: decimal(1, 10_000).default(1000).openapi({ default: 1000 }),
  after: decimal(0).default(0).openapi({ default: 0 }),
})
