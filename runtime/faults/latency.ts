import { drawExponential, type Random } from '../../formats/random.ts'

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
