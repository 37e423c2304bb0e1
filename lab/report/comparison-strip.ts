import { axisX, dot, tickX } from '@observablehq/plot'
import type { LoadComparison } from '../results/compare-measurements.ts'
import { colors, draw } from './draw.ts'
import { inUnit } from './figures.ts'
import { prose } from './prose.ts'

const sides = ['before', 'after'] as const
const colorOf = { before: colors.muted, after: colors.measured }

/** All runs, and at least a tenth around the median, so that noise does not look like a change. */
const domainOf = ([before]: [number, number], runs: number[]): [number, number] => [
  Math.min(before * 0.9, ...runs),
  Math.max(before * 1.1, ...runs),
]

/** The median of every run of both measurements, one above the other, and the medians of these. */
export function comparisonStrip({ scenario, medians, runMedians }: LoadComparison) {
  const runs = sides.flatMap((side, index) =>
    (runMedians[index] ?? []).map((ms) => ({ side, ms, stroke: colorOf[side] })),
  )
  const middles = sides.map((side, index) => ({ side, ms: medians[index], stroke: colorOf[side] }))
  const label = prose`Scenario ${scenario}: ${runMedians[0].length} runs before, median
    ${inUnit(medians[0], 'ms')}; ${runMedians[1].length} runs after, median
    ${inUnit(medians[1], 'ms')}`
  return draw(label, {
    width: 260,
    height: 70,
    marginLeft: 44,
    marginRight: 14,
    marginTop: 2,
    marginBottom: 18,
    x: { domain: domainOf(medians, runMedians.flat()), nice: true, label: null },
    y: { domain: sides, type: 'band', label: null, tickSize: 0 },
    color: { type: 'identity' },
    marks: [
      tickX(middles, { x: 'ms', y: 'side', stroke: 'stroke', strokeWidth: 3 }),
      dot(runs, { x: 'ms', y: 'side', r: 3, stroke: 'stroke', strokeWidth: 1.2 }),
      axisX({ ticks: 3, tickSize: 3, color: colors.muted, label: null }),
    ],
  })
}
