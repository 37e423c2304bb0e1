/** Figures of loads in the units that people read: shares in per cent. */
import type { Estimate, Figure, LoadMeasurement, RunValues, Unit } from '../load-figures.ts'
import { mapRuns } from './run-values.ts'

export const unitOf: Record<Figure, Unit> = {
  ...{ medianMs: 'ms', meanMs: 'ms', p95Ms: 'ms', p99Ms: 'ms', queueP95Ms: 'ms' },
  ...{ completedPerSecond: '/s', refusedShare: '%' },
}

export const figures = Object.keys(unitOf) as Figure[]

/** By which a figure is multiplied to have its unit. */
export const factorOf = (figure: Figure): number => (unitOf[figure] === '%' ? 100 : 1)

export const scale = ({ value, interval }: Estimate, factor: number): Estimate => ({
  value: value * factor,
  ...(interval && { interval: { low: interval.low * factor, high: interval.high * factor } }),
})

/** The value of a load with its interval. */
export const estimateOf = ({ figures }: LoadMeasurement, figure: Figure): Estimate =>
  scale(figures[figure], factorOf(figure))

export const valuesOf = ({ runFigures }: LoadMeasurement, figure: Figure): RunValues =>
  mapRuns(runFigures[figure], (value) => value * factorOf(figure))
