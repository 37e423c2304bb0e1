import { axisX, dot, rect, ruleX, ruleY } from '@observablehq/plot'
import type { Estimate, JudgedClaim } from '../results/measurement.ts'
import { colors, draw } from './draw.ts'
import { allowedInWords, inUnit } from './figures.ts'
import { prose } from './prose.ts'

type Ends = { low: number; high: number }

/**
 * Both ends of all that a strip shows, with a margin. What is allowed may reach below 0: no figure
 * does.
 */
function domainOf(values: readonly (number | undefined)[]): [number, number] {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[]
  const low = Math.max(0, Math.min(...known))
  const high = Math.max(...known)
  const margin = (high - low) * 0.12 || high * 0.1 || 1
  return [low - margin, high + margin]
}

/** The interval as a bar, the value as a dot. */
export const estimateMarks = ({ value, interval }: Estimate, y: number) => [
  interval &&
    ruleY([interval], { x1: 'low', x2: 'high', y, stroke: colors.measured, strokeWidth: 3 }),
  dot([value], { x: (it) => it, y: () => y, r: 4.5, fill: colors.measured }),
]

/** The runs above the interval, as small rings. */
export const runMarks = (runs: readonly number[], y: number, stroke = colors.measured) =>
  dot([...runs], { x: (it) => it, y: () => y, r: 2.5, stroke, strokeWidth: 1 })

/** One row of a picture: what is allowed, what was predicted, what was measured, and every run. */
export function claimStrip(claim: JudgedClaim) {
  const { allowed, predicted, measured, runs, unit } = claim
  const { low, high }: Partial<Ends> = measured.interval ?? {}
  const { atLeast, atMost } = allowed
  const domain = domainOf([atLeast, atMost, predicted, measured.value, low, high, ...runs])
  const band = [{ x1: atLeast ?? domain[0], x2: atMost ?? domain[1] }]
  const label = prose`Allowed ${allowedInWords(claim)}, predicted ${inUnit(predicted, unit)},
    measured ${inUnit(measured.value, unit)}, ${runs.length} runs`
  return draw(label, {
    width: 260,
    height: 58,
    marginLeft: 14,
    marginRight: 14,
    marginTop: 2,
    marginBottom: 18,
    x: { domain, clamp: true },
    y: { domain: [0, 1], axis: null },
    marks: [
      rect(band, { x1: 'x1', x2: 'x2', y1: 0, y2: 1, fill: colors.allowed }),
      ruleX([predicted], { stroke: colors.predicted, strokeWidth: 2 }),
      ...estimateMarks(measured, 0.3),
      runMarks(runs, 0.72),
      axisX({ ticks: 3, tickSize: 3, color: colors.muted, label: null }),
    ],
  })
}
