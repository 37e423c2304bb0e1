/** The claims of the study and the predictions of theory, each with what would confirm it. */
import {
  always,
  ceiling,
  degrades,
  mean,
  median,
  type Pair,
  queue,
  type Reading,
  refuses,
} from './readings.ts'

export type Hypothesis = {
  id: string
  scenario: number
  claim: string
  /** The load that it is about. */
  load: string
  /** The load with which it is compared. */
  against?: string
  read: (pair: Pair) => Reading | undefined
}

const sum = 'the designed wait, and what each hop and query cost when the lab was calibrated'
const little = "Little's law: places over the time that a request holds one"

export const hypotheses: readonly Hypothesis[] = [
  {
    id: '1-latency',
    scenario: 1,
    claim: 'A registration costs about the e-mail delay.',
    load: 'baseline/alone/scenario-1',
    read: median(sum),
  },
  {
    id: '1-ceiling',
    scenario: 1,
    claim: 'Slots over the time of a registration limit its rate.',
    load: 'capacity/above/scenario-1-even-150',
    read: ceiling(little),
  },
  {
    id: '2-latency',
    scenario: 2,
    claim: 'A payment costs about the delay of the external API.',
    load: 'baseline/alone/scenario-2',
    read: median(sum),
  },
  {
    id: '2-ceiling',
    scenario: 2,
    claim: 'Slots over the delay limit the rate of payments.',
    load: 'capacity/above/scenario-2-even-150',
    read: ceiling(little),
  },
  {
    id: '2-exhaustion',
    scenario: 2,
    claim: 'Payments exhaust the slots under load: some are refused.',
    load: 'capacity/above/scenario-2-even-150',
    read: refuses('what arrives beyond the ceiling finds the queue full'),
  },
  {
    id: '2-queue-even',
    scenario: 2,
    claim: 'At 80 % of the ceiling, even arrivals do not wait.',
    load: 'capacity/below/scenario-2-even-80',
    read: queue('simulation of the start times that were used'),
  },
  {
    id: '2-queue-poisson',
    scenario: 2,
    claim: 'At the same load, Poisson arrivals wait.',
    load: 'capacity/below/scenario-2-poisson-80',
    read: queue('simulation of the start times that were used'),
  },
  {
    id: '2-closed',
    scenario: 2,
    claim: 'The same overload in a closed loop makes clients slower instead of refusing them.',
    load: 'capacity/above/scenario-2-closed-150',
    read: mean('the response time law: users over the ceiling'),
  },
  {
    id: '3-sum',
    scenario: 3,
    claim: 'A product update is the sum of its hops.',
    load: 'baseline/alone/scenario-3',
    read: median(sum),
  },
  {
    id: '3-slower-hop',
    scenario: 3,
    claim: 'A call that is 20 ms slower makes the update 20 ms slower.',
    load: 'fan-out/search-plus-20/scenario-3',
    read: median('the chain waits for each call'),
  },
  {
    id: '4-latency',
    scenario: 4,
    claim: 'A report costs its CPU time.',
    load: 'baseline/alone/scenario-4',
    read: median(sum),
  },
  {
    id: '4-ceiling',
    scenario: 4,
    claim: 'Workers over the CPU time limit the rate of reports.',
    load: 'capacity/above/scenario-4-even-150',
    read: ceiling('workers over the CPU time of a report'),
  },
  {
    id: '4-exhaustion',
    scenario: 4,
    claim: 'Reports block the workers: some clients get none.',
    load: 'capacity/above/scenario-4-even-150',
    read: refuses('what arrives beyond the ceiling finds the queue full'),
  },
  {
    id: '5-latency',
    scenario: 5,
    claim: 'An order is the sum of its calls.',
    load: 'baseline/alone/scenario-5',
    read: median(sum),
  },
  {
    id: '5-compensates',
    scenario: 5,
    claim: 'An order whose payment fails is always compensated.',
    load: 'baseline/alone/scenario-5',
    read: always('the saga answers only when the stock is released'),
  },
  {
    id: '6-latency',
    scenario: 6,
    claim: 'A click costs one hop.',
    load: 'baseline/alone/scenario-6',
    read: median('the hop of the calibration'),
  },
  {
    id: '6-degrades',
    scenario: 6,
    claim: 'Clicks degrade at high rates: ten times the rate at least doubles their p95.',
    load: 'capacity/clicks/scenario-6-even-1000',
    against: 'capacity/clicks/scenario-6-even-100',
    read: degrades('the claim of the study, in numbers'),
  },
]
