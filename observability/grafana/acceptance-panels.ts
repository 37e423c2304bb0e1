import type { QueueName } from '../../model/messages.ts'
import { metrics } from '../../model/metrics.ts'
import { honoPattern, scenarioOf } from '../../model/scenarios.ts'
import { services } from '../../model/services.ts'
import type { Panel, Query } from './panel.ts'
import { clientsOf, interval, latency, outcomes, quantileOf, rate, select } from './queries.ts'
import { reportCpu } from './scenario-panels.ts'

/** The requests of clients in a scenario. */
function requestsOf(number: number): string {
  const { function: of, method, route } = scenarioOf(number)
  const selector = `job="${services[of].name}",method="${method}",handler="${honoPattern(route)}"`
  return select(selector, clientsOf('async'))
}

const acceptedOf = (number: number) =>
  select(requestsOf(number), `status="${scenarioOf(number).acceptedStatus}"`)

const acceptedIn = (number: number): Query[] => latency(acceptedOf(number), 'accepted').queries

/** Median and 95th percentile of the time from an event to the end of its delivery. */
const handledIn = (queue: QueueName, name: string): Query[] =>
  [0.5, 0.95].map((share) => ({
    expr: quantileOf(share, `${metrics.messageAge.name}_bucket{queue="${queue}"}`, '(le)'),
    legend: `${name} p${share * 100}`,
  }))

/** Messages of a queue that are done, per second. */
const done = (queue: QueueName, legend: string): Query => ({
  expr: `sum(rate(${metrics.messagesHandled.name}{queue="${queue}",outcome="done"}${interval}))`,
  legend,
})

const refused = '503 is a refusal, 499 a client that disconnected'

/** Two or three panels for each scenario: what was accepted, and what was done. */
export const acceptance: Panel[] = [
  {
    title: 'Scenario 1: User Registration + Email latency',
    description:
      'A registration is accepted without waiting. The e-mail is sent later: after its wait in ' +
      'the queue, and the delay of the mail server.',
    unit: 's',
    queries: [...acceptedIn(1), ...handledIn('user_registered_queue', 'e-mail sent')],
  },
  {
    title: 'Scenario 1: Registration outcomes',
    ...outcomes(requestsOf(1), `202 is accepted, 400 is a known address, ${refused}`),
  },
  {
    title: 'Scenario 2: Payment Processing latency',
    description:
      'A payment is accepted at once, and processed later: never faster than the delay of the ' +
      'external API.',
    unit: 's',
    queries: [...acceptedIn(2), ...handledIn('payment_initiated_queue', 'processed')],
  },
  {
    title: 'Scenario 2: Payment outcomes',
    ...outcomes(requestsOf(2), `202 is accepted, ${refused}`),
  },
  {
    title: 'Scenario 3: Fan-Out Flow request rates',
    description:
      'Each update is one message to each service. A line that lies below the others is behind.',
    unit: 'reqps',
    queries: [
      { expr: rate(acceptedOf(3)), legend: 'update' },
      done('search_product_updates_queue', 'search'),
      done('cache_product_updates_queue', 'cache'),
      done('analytics_product_updates_queue', 'analytics'),
    ],
  },
  {
    title: 'Scenario 3: Fan-Out age',
    description:
      'Time from an update until each service has handled it. They do so at the same time, not ' +
      'one after another.',
    unit: 's',
    queries: [
      ...acceptedIn(3),
      ...handledIn('search_product_updates_queue', 'search'),
      ...handledIn('cache_product_updates_queue', 'cache'),
      ...handledIn('analytics_product_updates_queue', 'analytics'),
    ],
  },
  {
    title: 'Scenario 4: CPU-Intensive task CPU usage',
    description: 'Rises to the cores that reports may use, and stays there while reports wait.',
    unit: 'percent',
    queries: [{ expr: reportCpu('async'), legend: 'reportservice' }],
  },
  {
    title: 'Scenario 4: Report latency',
    description: 'A job is accepted at once. Its report is ready after the wait for a worker.',
    unit: 's',
    queries: [...acceptedIn(4), ...handledIn('report_job_queue', 'report ready')],
  },
  {
    title: 'Scenario 4: Report outcomes',
    ...outcomes(requestsOf(4), `202 is accepted, ${refused}`),
  },
  {
    title: 'Scenario 5: Saga Pattern request rates',
    description:
      'The steps of the orders. Each failed payment has one release of stock: if the two lines ' +
      'diverge, stock is still reserved.',
    unit: 'ops',
    queries: [
      { expr: rate(acceptedOf(5)), legend: 'accepted orders' },
      done('order_created_queue', 'reservations asked for'),
      done('stock_rejected_queue', 'orders without stock'),
      done('order_paid_queue', 'completed orders'),
      done('order_payment_failed_queue', 'failed payments'),
      done('stock_released_queue', 'released stock'),
    ],
  },
  {
    title: 'Scenario 5: Order latency',
    description:
      'An order is accepted at once. Each step is shown from its own event: an order has four, ' +
      'one after another.',
    unit: 's',
    queries: [
      ...acceptedIn(5),
      ...handledIn('order_created_queue', 'reservation'),
      ...handledIn('stock_reserved_queue', 'payment'),
      ...handledIn('inventory_payment_failed_queue', 'release'),
      ...handledIn('stock_released_queue', 'end'),
    ],
  },
  {
    title: 'Scenario 5: Stuck orders',
    description: 'Orders that have been pending for longer than SAGA_LIMIT_SECONDS.',
    unit: 'short',
    steps: true,
    queries: [{ expr: `max(${metrics.sagasStuck.name})`, legend: 'orders' }],
  },
  {
    title: 'Scenario 6: High-Throughput click tracking RPS',
    ...outcomes(requestsOf(6), '200 is a click that is stored'),
  },
  {
    title: 'Scenario 6: Click latency',
    description: 'A click is answered once it is stored; it is handled in a batch.',
    unit: 's',
    queries: [...acceptedIn(6), ...handledIn('click_tracked_queue', 'handled')],
  },
]
