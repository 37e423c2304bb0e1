/** A figure of loads by their rate: measured points, single runs, and the curve of theory. */
import { axisX, axisY, dot, gridY, line, type Markish, ruleX, text } from '@observablehq/plot'
import { knownRuns } from '../judge/run-values.ts'
import { estimateOf, unitOf, valuesOf } from '../judge/units.ts'
import { colors, draw, figure, panel } from './draw.ts'
import { inUnit, withEnds } from './figures.ts'
import type { OpenLoad } from './open-loads.ts'
import type { TheoryFigure, TheoryPoint } from './theory.ts'

export type Series = {
  figure: TheoryFigure
  words: string
  symbol: 'circle' | 'triangle' | 'square'
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
const heightsOf = (series: Series): number[] =>
  [
    ...pointsOf(series).flatMap(({ value, high }) => [value, high]),
    ...runsOf(series).map(({ value }) => value),
    ...series.theory.map(({ [series.figure]: value }) => value),
  ].filter(Number.isFinite)

function marksOf(series: Series): Markish[] {
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

function inWords(series: Series): string {
  const unit = unitOf[series.figure]
  const points = pointsOf(series).map(({ perSecond, value }) => {
    const expected = series.theory.find((point) => point.perSecond === perSecond)?.[series.figure]
    const theory = expected === undefined ? '' : `, theory ${inUnit(expected, unit)}`
    return `${inUnit(perSecond, '/s')} ${inUnit(value, unit)}${theory}`
  })
  return points.length === 0 ? '' : `${series.words}: ${points.join('; ')}.`
}

/** Above this rate, the service completes no more; `undefined` if no load reaches it. */
const ceilingOf = (loads: readonly OpenLoad[]): number | undefined =>
  loads
    .map(({ perSecond, predicted }) => ({ perSecond, completed: predicted?.completedPerSecond }))
    .find(({ perSecond, completed }) => completed !== undefined && completed < perSecond * 0.99)
    ?.completed

const ceilingMarks = (ceiling: number): Markish[] => [
  ruleX([ceiling], { stroke: colors.muted, strokeDasharray: '1 3' }),
  text([ceiling], {
    x: (rate) => rate,
    frameAnchor: 'top',
    textAnchor: 'start',
    lineAnchor: 'bottom',
    text: () => 'ceiling',
    fill: colors.muted,
    dx: 5,
    dy: -4,
  }),
]

function chart(title: string, several: readonly Series[]) {
  const ceiling = ceilingOf(several.flatMap(({ loads }) => loads))
  const unit = unitOf[(several[0] as Series).figure]
  return draw(`${title}, by offered load. ${several.map(inWords).join(' ')}`.trim(), {
    ...panel,
    x: { zero: true, nice: true, label: 'offered per second' },
    y: {
      domain: [0, Math.max(...several.flatMap(heightsOf))],
      nice: true,
      label: unit === '/s' ? 'per second' : unit,
    },
    marks: [
      gridY({ ticks: 4, stroke: colors.line, strokeOpacity: 1 }),
      axisX({ ticks: 5, tickSize: 0, color: colors.muted, labelAnchor: 'right' }),
      axisY({ ticks: 4, tickSize: 0, color: colors.muted }),
      ...(ceiling === undefined ? [] : ceilingMarks(ceiling)),
      ...several.map(marksOf),
    ],
  })
}

// Less than a millisecond or per cent says no more than 0 does.
const visible = 1

/** Figures of loads against their rate, below a title; none if they are 0 everywhere. */
export const chartAgainstLoad = (title: string, several: readonly Series[]) =>
  several.flatMap(heightsOf).some((height) => height >= visible)
    ? [figure(title, chart(title, several))]
    : []
