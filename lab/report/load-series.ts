/** One figure of loads by their rate: measured points, single runs, and the curve of theory. */
import { dot, line, type Markish, ruleX } from '@observablehq/plot'
import { knownRuns } from '../judge/run-values.ts'
import { estimateOf, unitOf, valuesOf } from '../judge/units.ts'
import { colors } from './draw.ts'
import { inUnit, withEnds } from './figures.ts'
import type { OpenLoad } from './open-loads.ts'
import type { TheoryFigure, TheoryPoint } from './theory.ts'

export type Series = {
  figure: TheoryFigure
  /** As a screen reader says it. */
  words: string
  symbol: 'circle' | 'triangle' | 'square'
  /** Of the curve. */
  dash: string
  /** Beside the rate, in pixels, so that several series do not hide each other. */
  dx?: number
  loads: readonly OpenLoad[]
  theory: readonly TheoryPoint[]
}

const pointsOf = ({ figure, loads }: Series) =>
  loads
    .map(({ perSecond, measured }) => ({ perSecond, ...withEnds(estimateOf(measured, figure)) }))
    .filter(({ value }) => Number.isFinite(value))

const runsOf = ({ figure, loads }: Series) =>
  loads.flatMap(({ perSecond, measured }) =>
    knownRuns(valuesOf(measured, figure))
      .flat()
      .map((value) => ({ perSecond, value })),
  )

/** Every height at which something of it is drawn. */
export const heightsOf = (series: Series): number[] =>
  [
    ...pointsOf(series).flatMap(({ value, high }) => [value, high]),
    ...runsOf(series).map(({ value }) => value),
    ...series.theory.map(({ [series.figure]: value }) => value),
  ].filter(Number.isFinite)

export function marksOf(series: Series): Markish[] {
  const points = pointsOf(series)
  const { figure, symbol, dash: strokeDasharray, theory, dx = 0 } = series
  const stroke = colors.measured
  const beside = { x: 'perSecond', y: 'value', dx, stroke }
  // A line across the ceiling would promise a gentle slope where there is a step.
  const curve = {
    x: 'perSecond',
    y: figure,
    z: 'isAbove',
    stroke: colors.predicted,
    strokeWidth: 1.5,
  }
  return [
    line(theory, { ...curve, strokeDasharray }),
    dot(runsOf(series), { ...beside, r: 2, strokeOpacity: 0.6 }),
    ruleX(points, { x: 'perSecond', dx, y1: 'low', y2: 'high', stroke, strokeWidth: 3 }),
    dot(points, { ...beside, symbol, r: 4.5, fill: stroke }),
  ]
}

export function inWords(series: Series): string {
  const unit = unitOf[series.figure]
  const points = pointsOf(series).map(({ perSecond, value }) => {
    const expected = series.theory.find((point) => point.perSecond === perSecond)?.[series.figure]
    const theory = expected === undefined ? '' : `, theory ${inUnit(expected, unit)}`
    return `${inUnit(perSecond, '/s')} ${inUnit(value, unit)}${theory}`
  })
  return points.length === 0 ? '' : `${series.words}: ${points.join('; ')}.`
}
