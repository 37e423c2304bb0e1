import type { LoadMeasurement } from '../load-figures.ts'
import { estimateFigures } from './estimate.ts'
import { logSpreadOf } from './spread.ts'
import { noEffect, startEffects } from './start-effect.ts'

/** Widens the intervals of loads of the same starts by how much the medians of these differ. */
export function widenByStarts(loads: readonly LoadMeasurement[]): LoadMeasurement[] {
  const effects = startEffects(loads.map(({ runFigures }) => logSpreadOf(runFigures.medianMs)))
  return loads.map((load, place) => {
    const startRatios = (effects[place] ?? noEffect).map((ratio) => Number(ratio.toPrecision(3)))
    return { ...load, startRatios, figures: estimateFigures(load.runFigures, startRatios) }
  })
}
