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

/** The load is named by experiment, condition and name. Some claims compare it with another one. */
type Row = [id: string, claim: string, load: string, criterion: Criterion, against?: string]

const alone = (scenario: number) => `baseline/alone/scenario-${scenario}`
const above = (scenario: number, arrivals = 'even') =>
  `capacity/above/scenario-${scenario}-${arrivals}-150`

const sum = 'the designed wait, and the cost of each hop and query when the lab was calibrated'
const little = "Little's law: places over the time that a request holds one"
const simulation = 'simulation of the start times that were used'

const ownLab: readonly Row[] = [
  ['1-latency', 'A registration costs about the e-mail delay.', alone(1), median(sum)],
  ['1-ceiling', 'Slots over the time of a registration limit its rate.', above(1), ceiling(little)],
  ['2-latency', 'A payment costs about the delay of the external API.', alone(2), median(sum)],
  ['2-ceiling', 'Slots over the delay limit the rate of payments.', above(2), ceiling(little)],
  [
    '2-exhaustion',
    'Payments exhaust the slots under load: some are refused.',
    above(2),
    refuses('arrivals beyond the ceiling find the queue full'),
  ],
  [
    '2-queue-even',
    'At 80 % of the ceiling, even arrivals do not wait.',
    'capacity/below/scenario-2-even-80',
    queue(simulation),
  ],
  [
    '2-queue-poisson',
    'At the same load, Poisson arrivals wait.',
    'capacity/below/scenario-2-poisson-80',
    queue(simulation),
  ],
  [
    '2-closed',
    'The same overload in a closed loop makes clients slower instead of refusing them.',
    above(2, 'closed'),
    mean('the response time law: users over the ceiling'),
  ],
  ['3-sum', 'A product update is the sum of its hops.', alone(3), median(sum)],
  [
    '3-slower-hop',
    'A call that is 20 ms slower makes the update 20 ms slower.',
    'fan-out/search-plus-20/scenario-3',
    median('the chain waits for each call'),
  ],
  ['4-latency', 'A report costs its CPU time.', alone(4), median(sum)],
  [
    '4-ceiling',
    'Workers over the CPU time limit the rate of reports.',
    above(4),
    ceiling('workers over the CPU time of a report'),
  ],
  [
    '4-exhaustion',
    'Reports block the workers: some clients get none.',
    above(4),
    refuses('arrivals beyond the ceiling find the queue full'),
  ],
  ['5-latency', 'An order is the sum of its calls.', alone(5), median(sum)],
  [
    '5-compensates',
    'An order whose payment fails is always compensated.',
    alone(5),
    always('the saga answers only when the stock is released'),
  ],
  ['6-latency', 'A click costs one hop.', alone(6), median('the hop of the calibration')],
  [
    '6-degrades',
    'Clicks degrade at high rates: ten times the rate at least doubles their p95.',
    'capacity/clicks/scenario-6-even-1000',
    degrades('the claim of the study, in numbers'),
    'capacity/clicks/scenario-6-even-100',
  ],
]

const scaledServices = { 1: 'user and email', 2: 'payment' } as const

function claimOfReplicas(scenario: 1 | 2, count: number): string {
  const services = scaledServices[scenario]
  if (count === 1) return `One replica of ${services} has the ceiling of its slots.`
  return `${count} replicas of ${services} have ${count} times the ceiling of one.`
}

/** Each replica adds its slots to the ceiling. */
const ofReplicas = scaledScenarios.flatMap((scenario) =>
  measuredCounts.map(
    (count): Row => [
      `${scenario}-replicas-${count}`,
      claimOfReplicas(scenario, count),
      `replicas/${count}/scenario-${scenario}`,
      ceilingOfReplicas("Little's law: the slots of all replicas over the time of a request"),
    ],
  ),
)

const nameOf = ({ experiment, condition, load }: LoadKey) => `${experiment}/${condition}/${load}`

/** Judges every claim whose load was measured. */
export function judgeClaims(
  predictions: readonly LoadPrediction[],
  measured: readonly LoadMeasurement[],
): JudgedClaim[] {
  const predictionOf = new Map(predictions.map((each) => [nameOf(each), each]))
  const measurementOf = new Map(measured.map((each) => [nameOf(each), each]))
  return [...ownLab, ...ofReplicas].flatMap(([id, claim, load, criterion, against = '']) => {
    const [prediction, measurement] = [predictionOf.get(load), measurementOf.get(load)]
    if (!prediction || !measurement) return []
    const other = measurementOf.get(against)
    const judged = criterion({ predicted: prediction, measured: measurement, other })
    if (!judged) return []
    const verdict = judgeInterval(judged.allowed, judged.measured.interval)
    return [{ id, scenario: measurement.scenario, claim, ...judged, verdict }]
  })
}
