/** How often the 95 % intervals of a load include the value of the population. */
import { mean, median } from 'simple-statistics'
import { estimateFigure } from '../../lab/judge/estimate.ts'
import { knownRuns } from '../../lab/judge/run-values.ts'
import { logSpreadOf } from '../../lab/judge/spread.ts'
import { startEffects } from '../../lab/judge/start-effect.ts'
import type { Estimate } from '../../lab/load-figures.ts'
import { hashSeed } from '../../lab/seeds.ts'
import { type GeneratedLoad, generateLab, generateLoad, quantilesOf } from './generated-lab.ts'
import { type Line, lineOf } from './line.ts'
import { type ShapeName, shapes } from './shapes.ts'

export const figures = { median: 0.5, p95: 0.95 }

/** Runs of each of three starts. */
export const runsPerStart = [2, 3, 5, 8, 13]

/** The median of the figure over many runs, each of a start of its own: that is estimated. */
function populationValue(shape: ShapeName, p: number): number {
  const many = generateLoad(shapes[shape], { starts: 50_000, runsPerStart: 1 }, hashSeed('many'))
  return median(knownRuns(quantilesOf(many, p)).flat())
}

/** Estimates a quantile of each load as a measurement does: starts by the medians of all loads. */
function estimateLab(lab: readonly GeneratedLoad[], p: number): Estimate[] {
  const effects = startEffects(lab.map((load) => logSpreadOf(quantilesOf(load, 0.5))))
  return lab.map((load, place) => estimateFigure(quantilesOf(load, p), effects[place]))
}

// Values that a clock has rounded are equal but for the binary fraction.
const rounding = 1e-9

const includes = ({ interval }: Estimate, value: number) =>
  Number(
    interval !== undefined && interval.low <= value + rounding && interval.high >= value - rounding,
  )

/** One line for each figure and number of runs. */
export function checkCoverage(shape: ShapeName, labs: number): Line[] {
  return Object.entries(figures).flatMap(([figure, p]) => {
    const value = populationValue(shape, p)
    return runsPerStart.map((perStart) => {
      const covered = Array.from({ length: labs }, (_, lab) => {
        const seed = hashSeed(shape, perStart, lab)
        const generated = generateLab(shapes[shape], { starts: 3, runsPerStart: perStart }, seed)
        return mean(estimateLab(generated, p).map((estimate) => includes(estimate, value)))
      })
      return lineOf(`${shape}, ${figure}, ${3 * perStart} runs`, covered, { atLeast: 0.93 })
    })
  })
}
