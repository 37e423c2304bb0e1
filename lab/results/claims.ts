import { judgeClaim } from '../judge/claims.ts'
import { hypotheses } from './hypotheses.ts'
import type { JudgedClaim, LoadMeasurement, LoadPrediction } from './measurement.ts'
import { replicaHypotheses } from './replica-hypotheses.ts'

const keyOf = ({ experiment, condition, load }: LoadPrediction | LoadMeasurement) =>
  `${experiment}/${condition}/${load}`

/** Judges every claim whose load was measured. */
export function judgeClaims(
  predictions: readonly LoadPrediction[],
  measured: readonly LoadMeasurement[],
): JudgedClaim[] {
  const predictedOf = new Map(predictions.map((it) => [keyOf(it), it]))
  const measuredOf = new Map(measured.map((it) => [keyOf(it), it]))
  return [...hypotheses, ...replicaHypotheses].flatMap(
    ({ id, scenario, claim, load, against, read }) => {
      const [prediction, measurement] = [predictedOf.get(load), measuredOf.get(load)]
      if (!prediction || !measurement) return []
      const other = against === undefined ? undefined : measuredOf.get(against)
      const reading = read({ predicted: prediction, measured: measurement, other })
      if (!reading) return []
      const verdict = judgeClaim(reading.allowed, reading.measured.interval)
      return [{ id, scenario, claim, ...reading, verdict }]
    },
  )
}
