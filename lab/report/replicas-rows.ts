import type { Balancing } from '../predict/balanced-stations.ts'
import type { LoadMeasurement, Measurement } from '../results/measurement.ts'

/** The ceiling of so many replicas: what was predicted, simulated and, if it was, measured. */
export type ReplicasRow = {
  scenario: number
  replicas: number
  predicted: number
  simulated: Record<Balancing, number>
  measured: LoadMeasurement | undefined
}

/** All ceilings of replicas that were predicted, by scenario, in the order of their number. */
export function replicasRows({ predictions, measured }: Measurement): Map<number, ReplicasRow[]> {
  const rows = predictions.flatMap((prediction): ReplicasRow[] => {
    const { condition, load, scenario, completedPerSecond, simulatedPerSecond } = prediction
    if (completedPerSecond === undefined || !simulatedPerSecond) return []
    const measurement = measured.find((it) => it.condition === condition && it.load === load)
    return [
      {
        scenario,
        replicas: Number(condition),
        predicted: completedPerSecond,
        simulated: simulatedPerSecond,
        measured: measurement,
      },
    ]
  })
  return Map.groupBy(
    rows.toSorted((a, b) => a.replicas - b.replicas),
    ({ scenario }) => scenario,
  )
}
