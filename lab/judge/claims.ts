/** The claims of the study and the predictions of theory, each with the criterion that judges it. */
import { measuredCounts, scaledScenarios } from '../experiments/replicas.ts'
import type { JudgedClaim, LoadKey, LoadMeasurement, LoadPrediction } from '../measurement.ts'
import {
  always,
  type Criterion,
  ceiling,
  ceilingOfReplicas,
  degrades,
  judgeInterval,
  mean,
  median,
  queue,
  refuses,
} from './criteria.ts'

type Claim = {
  id: string
  scenario: number
  claim: string
  /** The load that it is about: experiment, condition and name. */
  load: string
  /** The load with which it is compared. */
  against?: string
  criterion: Criterion
}

const alone = (scenario: number) => `baseline/alone/scenario-${scenario}`
const above = (scenario: number, arrivals = 'even') =>
  `capacity/above/scenario-${scenario}-${arrivals}-150`

const sum = 'the designed wait, and the cost of each hop and query when the lab was calibrated'
const little = "Little's law: places over the time that a request holds one"
const simulation = 'simulation of the start times that were used'

const ownLab: readonly Omit<Claim, 'scenario'>[] = [
  {
    id: '1-latency',
    claim: 'A registration costs about the e-mail delay.',
    load: alone(1),
    criterion: median(sum),
  },
  {
    id: '1-ceiling',
    claim: 'Slots over the time of a registration limit its rate.',
    load: above(1),
    criterion: ceiling(little),
  },
  {
    id: '2-latency',
    claim: 'A payment costs about the delay of the external API.',
    load: alone(2),
    criterion: median(sum),
  },
  {
    id: '2-ceiling',
    claim: 'Slots over the delay limit the rate of payments.',
    load: above(2),
    criterion: ceiling(little),
  },
  {
    id: '2-exhaustion',
    claim: 'Payments exhaust the slots under load: some are refused.',
    load: above(2),
    criterion: refuses('arrivals beyond the ceiling find the queue full'),
  },
  {
    id: '2-queue-even',
    claim: 'At 80 % of the ceiling, even arrivals do not wait.',
    load: 'capacity/below/scenario-2-even-80',
    criterion: queue(simulation),
  },
  {
    id: '2-queue-poisson',
    claim: 'At the same load, Poisson arrivals wait.',
    load: 'capacity/below/scenario-2-poisson-80',
    criterion: queue(simulation),
  },
  {
    id: '2-closed',
    claim: 'The same overload in a closed loop makes clients slower instead of refusing them.',
    load: above(2, 'closed'),
    criterion: mean('the response time law: users over the ceiling'),
  },
  {
    id: '3-sum',
    claim: 'A product update is the sum of its hops.',
    load: alone(3),
    criterion: median(sum),
  },
  {
    id: '3-slower-hop',
    claim: 'A call that is 20 ms slower makes the update 20 ms slower.',
    load: 'fan-out/search-plus-20/scenario-3',
    criterion: median('the chain waits for each call'),
  },
  {
    id: '4-latency',
    claim: 'A report costs its CPU time.',
    load: alone(4),
    criterion: median(sum),
  },
  {
    id: '4-ceiling',
    claim: 'Workers over the CPU time limit the rate of reports.',
    load: above(4),
    criterion: ceiling('workers over the CPU time of a report'),
  },
  {
    id: '4-exhaustion',
    claim: 'Reports block the workers: some clients get none.',
    load: above(4),
    criterion: refuses('arrivals beyond the ceiling find the queue full'),
  },
  {
    id: '5-latency',
    claim: 'An order is the sum of its calls.',
    load: alone(5),
    criterion: median(sum),
  },
  {
    id: '5-compensates',
    claim: 'An order whose payment fails is always compensated.',
    load: alone(5),
    criterion: always('the saga answers only when the stock is released'),
  },
  {
    id: '6-latency',
    claim: 'A click costs one hop.',
    load: alone(6),
    criterion: median('the hop of the calibration'),
  },
  {
    id: '6-degrades',
    claim: 'Clicks degrade at high rates: ten times the rate at least doubles their p95.',
    load: 'capacity/clicks/scenario-6-even-1000',
    against: 'capacity/clicks/scenario-6-even-100',
    criterion: degrades('the claim of the study, in numbers'),
  },
]

const scaledServices = { 1: 'user and email', 2: 'payment' } as const

function claimOfReplicas(scenario: 1 | 2, count: number): string {
  const services = scaledServices[scenario]
  if (count === 1) return `One replica of ${services} has the ceiling of its slots.`
  return `${count} replicas of ${services} have ${count} times the ceiling of one.`
}

/** Each replica adds its slots to the ceiling. */
const ofReplicas = scaledScenarios.flatMap((scenario) =>
  measuredCounts.map((count) => ({
    id: `${scenario}-replicas-${count}`,
    claim: claimOfReplicas(scenario, count),
    load: `replicas/${count}/scenario-${scenario}`,
    criterion: ceilingOfReplicas(
      "Little's law: the slots of all replicas over the time of a request",
    ),
  })),
)

const claims: readonly Claim[] = [...ownLab, ...ofReplicas].map((each) => ({
  ...each,
  scenario: Number(each.id[0]),
}))

const nameOf = ({ experiment, condition, load }: LoadKey) => `${experiment}/${condition}/${load}`

/** Judges every claim whose load was measured. */
export function judgeClaims(
  predictions: readonly LoadPrediction[],
  measured: readonly LoadMeasurement[],
): JudgedClaim[] {
  const predictionOf = new Map(predictions.map((each) => [nameOf(each), each]))
  const measurementOf = new Map(measured.map((each) => [nameOf(each), each]))
  return claims.flatMap(({ id, scenario, claim, load, against = '', criterion }) => {
    const [prediction, measurement] = [predictionOf.get(load), measurementOf.get(load)]
    if (!prediction || !measurement) return []
    const other = measurementOf.get(against)
    const judged = criterion({ predicted: prediction, measured: measurement, other })
    if (!judged) return []
    const verdict = judgeInterval(judged.allowed, judged.measured.interval)
    return [{ id, scenario, claim, ...judged, verdict }]
  })
}
