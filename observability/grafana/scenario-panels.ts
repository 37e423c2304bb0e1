import { foreignMetrics, metrics } from '../../model/metrics.ts'
import { compensate, pathsOf, reserve } from '../../model/paths.ts'
import { containerOf, services } from '../../model/services.ts'
import { type StyleName, styles } from '../../model/styles.ts'
import type { Panel } from './panel.ts'
import { interval, latency, mean, outcomes, rate, routeOf } from './queries.ts'

const paths = pathsOf('fail')
const register = routeOf(paths[1])
const payment = routeOf(paths[2])
// Its route has a GET as well.
const productJob = `job="${services.product.name}"`
const update = `${productJob},method="PUT"`
const report = routeOf(paths[4])
const order = routeOf(paths[5])
const click = routeOf(paths[6])

/** CPU of the report service, in percent of a core. */
export function reportCpu(style: StyleName): string {
  const container = containerOf('report', styles[style])
  return (
    `sum(rate(${foreignMetrics.containerCpu}{name="${container}"}${interval})) * 100` +
    ` or sum(rate(${foreignMetrics.processCpu}{job="${services.report.name}"}${interval})) * 100`
  )
}

/** Two or three panels for each scenario. */
export const scenarios: Panel[] = [
  {
    title: 'Scenario 1: User Registration + Email latency',
    description:
      'Served requests only. A registration takes as long as the e-mail that it waits for, ' +
      'plus its own work.',
    unit: 's',
    queries: [
      ...latency(`${register},status="201"`, 'registration').queries,
      ...latency(`${routeOf(paths[1].calls[0])},status="200"`, 'e-mail').queries,
    ],
  },
  {
    title: 'Scenario 1: Registration outcomes',
    ...outcomes(register, '400 is a known address, 499 a client that disconnected'),
  },
  {
    title: 'Scenario 2: Payment Processing latency',
    description:
      'Served requests only. Never below the delay of the external API; above it once ' +
      'payments wait for a slot.',
    ...latency(`${payment},status="200"`, 'payment'),
  },
  {
    title: 'Scenario 2: Payment outcomes',
    ...outcomes(payment, '503 is a refusal, 499 a client that disconnected'),
  },
  {
    title: 'Scenario 3: Fan-Out Flow request rates',
    description: 'Each update causes one call to each service, so the four lines coincide.',
    unit: 'reqps',
    queries: [
      { expr: rate(update), legend: 'update' },
      ...paths[3].calls.map((call) => ({ expr: rate(routeOf(call)), legend: call.of })),
      { expr: rate(`${update},status=~"499|5.."`), legend: 'updates that failed' },
    ],
  },
  {
    title: 'Scenario 3: Fan-Out calls, stacked',
    description:
      'Mean time of each call. The calls run one after another, so an update waits for their sum.',
    unit: 's',
    stacked: true,
    queries: [
      { expr: mean(metrics.callDuration.name, productJob, '(target)'), legend: '{{target}}' },
    ],
  },
  {
    title: 'Scenario 4: CPU-Intensive task CPU usage',
    description:
      'Rises to the cores that reports may use, and stays there while further reports wait.',
    unit: 'percent',
    queries: [
      {
        expr: reportCpu('sync'),
        legend: 'reportservice',
      },
    ],
  },
  {
    title: 'Scenario 4: Report latency',
    description:
      'Completed reports only. Exceeds their CPU time if there are more reports than cores.',
    ...latency(`${report},status="200"`, 'report'),
  },
  {
    title: 'Scenario 4: Report outcomes',
    ...outcomes(report, '499 is a client that disconnected, which ends its report'),
  },
  {
    title: 'Scenario 5: Saga Pattern request rates',
    description:
      'Each failed order has one compensation: if the two lines diverge, stock was not released.',
    unit: 'ops',
    queries: [
      { expr: rate(`${order},status="400"`), legend: 'failed orders' },
      { expr: rate(`${order},status="200"`), legend: 'completed orders' },
      { expr: rate(`${order},status=~"499|5.."`), legend: 'interrupted orders' },
      { expr: rate(`${routeOf(reserve)},status="200"`), legend: 'reservations' },
      { expr: rate(`${routeOf(compensate)},status="200"`), legend: 'compensations' },
    ],
  },
  {
    title: 'Scenario 5: Order latency',
    description: 'Orders that completed, or failed as designed.',
    ...latency(`${order},status=~"200|400"`, 'order'),
  },
  {
    title: 'Scenario 5: Orders with an outstanding compensation',
    description:
      'Unfinished orders with stock to release, and orders that recovery ends per second.',
    unit: 'short',
    queries: [
      // Every instance counts all orders of the database.
      { expr: `max by (job) (${metrics.sagasOwed.name})`, legend: 'outstanding' },
      {
        expr: `sum by (job) (rate(${metrics.sagasRecovered.name}${interval}))`,
        legend: 'recovered per second',
      },
    ],
  },
  {
    title: 'Scenario 6: High-Throughput click tracking RPS',
    ...outcomes(click, '200 is a tracked click'),
  },
  {
    title: 'Scenario 6: Click latency',
    description: 'Tracked clicks only.',
    ...latency(`${click},status="200"`, 'click'),
  },
]
