/** How many starts a comparison needs, from the runs so far. */
import { median } from 'simple-statistics'
import { figureOfBoth, type TwoMeasurements } from './compare-measurements.ts'
import { findDifferences } from './differences.ts'
import { startsToFind } from './plan-starts.ts'

/**
 * The starts a side that find a change in nine of ten comparisons, load by load in the order of the
 * experiments; `undefined` where the runs so far do not tell, or none of 1000 starts does.
 * @param change as a share: 0.05 is 5 %
 */
export function startsForComparison(
  options: TwoMeasurements,
  change: number,
): (number | undefined)[] {
  const found = findDifferences(figureOfBoth(options, 'medianMs'), options)
  return found.map((difference) => {
    if (typeof difference === 'string') return undefined
    const { spread, uncertainty } = difference
    const ratio = median([...uncertainty.effect])
    const variance = uncertainty.varianceAt(ratio)
    return startsToFind({
      change,
      runSd: Math.sqrt(variance / (spread.inverseRuns + ratio * spread.inverseStarts)),
      ratio,
      runsPerStart: Math.max(1, Math.round(spread.perStart)),
      loads: found.length,
      interleaved: options.interleaved ?? false,
    })
  })
}
