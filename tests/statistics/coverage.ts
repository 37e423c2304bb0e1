/** How often the 95 % intervals of a load include the value of the population. */
import { mean, median } from 'simple-statistics'
import { estimateFigure } from '../../lab/judge/estimate.ts'
import { knownRuns } from '../../lab/judge/run-values.ts'
import { logSpreadOf } from '../../lab/judge/spread.ts'
import { startEffects } from '../../lab/judge/start-effect.ts'
import type { Estimate, RunValues } from '../../lab/load-figures.ts'
import { hashSeed } from '../../lab/seeds.ts'
import { type GeneratedLoad, generateLab, generateLoad, quantilesOf } from './generated-lab.ts'
import { type Line, lineOf } from './line.ts'
import { type ShapeName, shapes } from './shapes.ts'

// The first is that of which effects of starts are taken.
export const figures = { median: 0.5, p95: 0.95 }

/** The values of each figure in the runs of a load. */
const figuresOf = (load: GeneratedLoad) => quantilesOf(load, Object.values(figures))

/** Runs of each of three starts. */
export const runsPerStart = [2, 3, 5, 8, 13]

/** The median of each figure over many runs, each of a start of its own: that is estimated. */
function populationValues(shape: ShapeName): number[] {
  const many = generateLoad(shapes[shape], { starts: 50_000, runsPerStart: 1 }, hashSeed('many'))
  return figuresOf(many).map((values) => median(knownRuns(values).flat()))
}

/** Estimates each figure of each load as a measurement does: starts by the medians of all loads. */
function estimateLab(lab: readonly GeneratedLoad[]): Estimate[][] {
  const loads = lab.map(figuresOf)
  const effects = startEffects(loads.map(([medians]) => logSpreadOf(medians as RunValues)))
  return Object.keys(figures).map((_, figure) =>
    loads.map((load, place) => estimateFigure(load[figure] as RunValues, effects[place])),
  )
}

// Values that a clock has rounded are equal but for the binary fraction.
const rounding = 1e-9

const includes = ({ interval }: Estimate, value: number) =>
  Number(
    interval !== undefined && interval.low <= value + rounding && interval.high >= value - rounding,
  )

/** One line for each figure and number of runs; both figures are of the same labs. */
export function checkCoverage(shape: ShapeName, labs: number): Line[] {
  const values = populationValues(shape)
  return runsPerStart.flatMap((perStart) => {
    const covered = Array.from({ length: labs }, (_, lab) => {
      const seed = hashSeed(shape, perStart, lab)
      const generated = generateLab(shapes[shape], { starts: 3, runsPerStart: perStart }, seed)
      return estimateLab(generated).map((loads, figure) =>
        mean(loads.map((estimate) => includes(estimate, values[figure] as number))),
      )
    })
    return Object.keys(figures).map((name, figure) => {
      const ofFigure = covered.map((each) => each[figure] as number)
      return lineOf(`${shape}, ${name}, ${3 * perStart} runs`, ofFigure, { atLeast: 0.93 })
    })
  })
}
