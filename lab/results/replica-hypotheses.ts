/** The claims about replicas: each adds its slots to the ceiling. */
import { measuredCounts, scaledScenarios } from '../measure/experiments/replicas.ts'
import type { Hypothesis } from './hypotheses.ts'
import { ceilingOfReplicas } from './readings.ts'

const ofScenario = { 1: 'user and email', 2: 'payment' } as const

function claimOf(scenario: 1 | 2, count: number): string {
  const services = ofScenario[scenario]
  if (count === 1) return `One replica of ${services} has the ceiling of its slots.`
  return `${count} replicas of ${services} have ${count} times the ceiling of one.`
}

export const replicaHypotheses: readonly Hypothesis[] = scaledScenarios.flatMap((scenario) =>
  measuredCounts.map((count) => ({
    id: `${scenario}-replicas-${count}`,
    scenario,
    claim: claimOf(scenario, count),
    load: `replicas/${count}/scenario-${scenario}`,
    read: ceilingOfReplicas("Little's law: the slots of all replicas over the time of a request"),
  })),
)
