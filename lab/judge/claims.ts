/** The claims of the study, each with the criterion that judges it. */
import { slowerHopMs } from '../experiments/one-client.ts'
import { measuredCounts, scaledScenarios } from '../experiments/replicas.ts'
import {
  always,
  asPredicted,
  type Criterion,
  hardlyWaits,
  lasts,
  slowerBy,
  slowerTimes,
  waits,
} from './criteria.ts'

/** The load is named by experiment, condition and name. Some claims compare it with another one. */
export type Claim = { id: string; claim: string; load: string; judge: Criterion; beside?: string }

const alone = (scenario: number) => `baseline/alone/scenario-${scenario}`
const above = (scenario: number, arrivals = 'even') =>
  `capacity/above/scenario-${scenario}-${arrivals}-150`

/** Ceilings follow from settings alone. */
const ceiling = asPredicted('completedPerSecond', 0.05)
/** Sums of hops and queries follow from a calibration of another minute. */
const sum = asPredicted('medianMs', 0.15)
const refused = asPredicted('refusedShare', 0.05)

const ownLab: Record<string, Omit<Claim, 'id'>> = {
  '1-latency': {
    claim: 'A registration costs about the e-mail delay.',
    load: alone(1),
    judge: lasts('EMAIL_DELAY_MS'),
  },
  '1-ceiling': {
    claim: 'Slots over the time of a registration limit its rate.',
    load: above(1),
    judge: ceiling,
  },
  '2-latency': {
    claim: 'A payment costs about the delay of the external API.',
    load: alone(2),
    judge: lasts('PAYMENT_DELAY_MS'),
  },
  '2-ceiling': {
    claim: 'Slots over the delay limit the rate of payments.',
    load: above(2),
    judge: ceiling,
  },
  '2-exhaustion': {
    claim: 'Payments exhaust the slots under load: what exceeds the ceiling is refused.',
    load: above(2),
    judge: refused,
  },
  '2-queue-even': {
    claim: 'At 80 % of the ceiling, even arrivals do not wait.',
    load: 'capacity/below/scenario-2-even-80',
    judge: hardlyWaits,
  },
  '2-queue-poisson': {
    claim: 'At the same load, Poisson arrivals wait.',
    load: 'capacity/below/scenario-2-poisson-80',
    judge: waits,
  },
  '2-closed': {
    claim: 'The same overload in a closed loop makes clients slower instead of refusing them.',
    load: above(2, 'closed'),
    judge: asPredicted('meanMs', 0.05),
  },
  '3-sum': { claim: 'A product update is the sum of its hops.', load: alone(3), judge: sum },
  '3-slower-hop': {
    claim: `A call that is ${slowerHopMs} ms slower makes the update ${slowerHopMs} ms slower.`,
    load: `fan-out/search-plus-${slowerHopMs}/scenario-3`,
    judge: slowerBy(slowerHopMs),
    beside: 'fan-out/search-plus-0/scenario-3',
  },
  '4-latency': {
    claim: 'A report costs its CPU time.',
    load: alone(4),
    judge: lasts('REPORT_CPU_SECONDS'),
  },
  '4-ceiling': {
    claim: 'Workers over the CPU time limit the rate of reports.',
    load: above(4),
    judge: ceiling,
  },
  '4-exhaustion': {
    claim: 'Reports block the workers: what exceeds the ceiling is refused.',
    load: above(4),
    judge: refused,
  },
  '5-latency': { claim: 'An order is the sum of its calls.', load: alone(5), judge: sum },
  '5-compensates': {
    claim: 'An order whose payment fails is always compensated.',
    load: alone(5),
    judge: always({ failing: 0.01 }),
  },
  '6-latency': { claim: 'A click costs one hop.', load: alone(6), judge: sum },
  '6-degrades': {
    claim: 'Clicks degrade at high rates: ten times the rate at least doubles their p95.',
    load: 'capacity/clicks/scenario-6-even-1000',
    judge: slowerTimes(2),
    beside: 'capacity/clicks/scenario-6-even-100',
  },
}

const scaledServices = { 1: 'user and email', 2: 'payment' } as const

function claimOfReplicas(scenario: 1 | 2, count: number): string {
  const services = scaledServices[scenario]
  if (count === 1) return `One replica of ${services} has the ceiling of its slots.`
  return `${count} replicas of ${services} have ${count} times the ceiling of one.`
}

/** Each replica adds its slots to the ceiling; balancer and engine add to it. */
const ofReplicas = scaledScenarios.flatMap((scenario) =>
  measuredCounts.map(
    (count): Claim => ({
      id: `${scenario}-replicas-${count}`,
      claim: claimOfReplicas(scenario, count),
      load: `replicas/${count}/scenario-${scenario}`,
      judge: asPredicted('completedPerSecond', 0.1),
    }),
  ),
)

export const claims: readonly Claim[] = [
  ...Object.entries(ownLab).map(([id, claim]) => ({ id, ...claim })),
  ...ofReplicas,
]
