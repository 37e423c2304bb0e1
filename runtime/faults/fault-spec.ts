import { z } from '@hono/zod-openapi'
import { drawExponential, type Random } from '../../formats/random.ts'

const latency = z
  .string()
  .refine(
    (text) => parseLatency(text) !== undefined,
    'must be milliseconds: 400, uniform:100:500, normal:400:50 or exponential:400',
  )
const milliseconds = z.int().nonnegative().max(86_400_000)

/** The faults between one service and its broker. */
export const brokerFaultSpec = z.strictObject({
  /** Added to all that passes, in each direction. */
  latency: latency.optional(),
  /** Whether connections are cut and refused. */
  refuse: z.boolean().optional(),
  after_ms: milliseconds.optional(),
  /** Without it, the faults last until they are cleared. */
  for_ms: milliseconds.optional(),
  /** The same seed draws the same latencies and errors, in the order of the requests. */
  seed: z.int32().optional(),
})

export type BrokerFaultSpec = z.infer<typeof brokerFaultSpec>

/** The faults of one service, their begin and their duration. */
export const faultSpec = brokerFaultSpec
  .extend({
    /** Added to each request, while it holds its slot. */
    latency: latency.optional(),
    /** The share of requests that end in a 500. */
    error_rate: z.number().min(0).max(1).optional(),
  })
  .refine(
    ({ refuse, for_ms }) => !refuse || for_ms !== undefined,
    'refuse needs for_ms: while a service refuses connections, no command can end it',
  )

export type FaultSpec = z.infer<typeof faultSpec>

/** A latency in milliseconds, fixed or drawn for each request. */
export type Latency =
  | { kind: 'fixed'; ms: number }
  | { kind: 'uniform'; from: number; to: number }
  | { kind: 'normal'; mean: number; deviation: number }
  | { kind: 'exponential'; mean: number }

const number = String.raw`(\d{1,7}(?:\.\d{1,3})?)`
const forms = [
  [`^${number}$`, (ms) => ({ kind: 'fixed', ms })],
  [`^uniform:${number}:${number}$`, (from, to) => ({ kind: 'uniform', from, to })],
  [`^normal:${number}:${number}$`, (mean, deviation) => ({ kind: 'normal', mean, deviation })],
  [`^exponential:${number}$`, (mean) => ({ kind: 'exponential', mean })],
] as const satisfies [string, (a: number, b: number) => Latency][]

/**
 * Parses a latency: `400`, `uniform:100:500`, `normal:400:50` or `exponential:400`;
 * `undefined` for anything else.
 */
export function parseLatency(text: string): Latency | undefined {
  for (const [form, build] of forms) {
    const match = new RegExp(form).exec(text)
    if (match) return build(Number(match[1]), Number(match[2]))
  }
  return undefined
}

/**
 * Draws one latency, in milliseconds. The normal one is by Box and Muller,
 * https://doi.org/10.1214/aoms/1177706645
 */
export function drawLatency(latency: Latency, random: Random): number {
  if (latency.kind === 'fixed') return latency.ms
  if (latency.kind === 'uniform') return latency.from + (latency.to - latency.from) * random()
  if (latency.kind === 'exponential') return drawExponential(random, latency.mean)
  const radius = Math.sqrt(drawExponential(random, 2))
  const normal = radius * Math.cos(2 * Math.PI * random())
  return Math.max(0, latency.mean + latency.deviation * normal)
}
