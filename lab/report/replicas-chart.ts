import { axisX, axisY, dot, gridY, line, ruleX } from '@observablehq/plot'
import { colors, draw } from './draw.ts'
import { inUnit, scenarioTitle } from './figures.ts'
import type { ReplicasRow } from './replicas-rows.ts'

const inWords = ({ replicas, predicted, simulated, measured }: ReplicasRow) =>
  `${replicas}: predicted ${inUnit(predicted, '/s')}, ` +
  (measured
    ? `measured ${inUnit(measured.completedPerSecond.value, '/s')}`
    : `simulated ${inUnit(simulated['round-robin'], '/s')}`)

const labelOf = (scenario: number, rows: readonly ReplicasRow[]) =>
  `Ceiling of scenario ${scenarioTitle(scenario)} by replicas. ${rows.map(inWords).join('; ')}`

const ends = ({ replicas, measured }: ReplicasRow) => {
  const { value, interval } = measured?.completedPerSecond ?? { value: Number.NaN }
  const { low, high } = interval ?? { low: value, high: value }
  return { replicas, value, low, high }
}

/** The ceilings of one scenario, on scales on which a proportion is a straight line. */
export function replicasChart(scenario: number, rows: readonly ReplicasRow[]) {
  const measured = rows
    .filter((row) => row.measured)
    .map(ends)
    .filter(({ value }) => value > 0)
  const simulated = rows.filter((row) => !row.measured)
  const x = 'replicas'
  return draw(labelOf(scenario, rows), {
    width: 460,
    height: 260,
    marginLeft: 56,
    marginBottom: 40,
    style: { fontSize: '12px' },
    x: { type: 'log', label: 'replicas' },
    y: { type: 'log', label: 'completed per second', nice: true },
    marks: [
      gridY({ ticks: 4, stroke: colors.line, strokeOpacity: 1 }),
      axisX(
        rows.map(({ replicas }) => replicas),
        // As texts: the scale itself would name powers of ten only.
        { text: String, tickSize: 0, color: colors.muted, labelAnchor: 'right' },
      ),
      axisY({ ticks: 4, tickSize: 0, color: colors.muted, tickFormat: String }),
      line(rows, { x, y: 'predicted', stroke: colors.predicted, strokeWidth: 1.5 }),
      dot(simulated, {
        x,
        y: ({ simulated: each }: ReplicasRow) => each['round-robin'],
        symbol: 'square',
        r: 5,
        stroke: colors.predicted,
        strokeWidth: 1.5,
      }),
      ruleX(measured, { x, y1: 'low', y2: 'high', stroke: colors.measured, strokeWidth: 3 }),
      dot(measured, { x, y: 'value', r: 4.5, fill: colors.measured }),
    ],
  })
}
