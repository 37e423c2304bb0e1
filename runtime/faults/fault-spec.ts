import { z } from '@hono/zod-openapi'
import { parseLatency } from './latency.ts'

const latency = z
  .string()
  .refine(
    (text) => parseLatency(text) !== undefined,
    'must be milliseconds: 400, uniform:100:500, normal:400:50 or exponential:400',
  )
const milliseconds = z.int().nonnegative().max(86_400_000)

/** The faults of one service, their begin and their duration. */
export const faultSpec = z
  .strictObject({
    /** Added to each request, while it holds its slot. */
    latency: latency.optional(),
    /** The share of requests that end in a 500. */
    error_rate: z.number().min(0).max(1).optional(),
    /** Whether connections are cut and refused. */
    refuse: z.boolean().optional(),
    after_ms: milliseconds.optional(),
    /** Without it, the faults last until they are cleared. */
    for_ms: milliseconds.optional(),
    /** The same seed draws the same latencies and errors, in the order of the requests. */
    seed: z.int32().optional(),
  })
  .refine(
    ({ refuse, for_ms }) => !refuse || for_ms !== undefined,
    'refuse needs for_ms: while a service refuses connections, no command can end it',
  )

export type FaultSpec = z.infer<typeof faultSpec>
