import { axisX, axisY, gridY, type Markish, ruleX, text } from '@observablehq/plot'
import { unitOf } from '../judge/units.ts'
import { colors, draw, figure, panel } from './draw.ts'
import { heightsOf, inWords, marksOf, type Series } from './load-series.ts'
import type { OpenLoad } from './open-loads.ts'

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

type SomeSeries = readonly [Series, ...Series[]]

function chart(title: string, several: SomeSeries) {
  const ceiling = ceilingOf(several.flatMap(({ loads }) => loads))
  const unit = unitOf[several[0].figure]
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
export const chartAgainstLoad = (title: string, several: SomeSeries) =>
  several.flatMap(heightsOf).some((height) => height >= visible)
    ? [figure(title, chart(title, several))]
    : []
