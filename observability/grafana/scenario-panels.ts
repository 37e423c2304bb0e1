import { metrics } from '../../model/metrics.ts'
import { routes } from '../../model/routes.ts'
import type { Panel } from './panels.ts'
import { interval, latency, mean, outcomes, rate, routeOf } from './queries.ts'
import { reports } from './report-panels.ts'

const register = routeOf('user', routes.register)
const payment = routeOf('payment', routes.processPayment)
const order = routeOf('order', routes.createOrder)
const click = routeOf('analytics', routes.trackClick)
const inventory = (route: string) => `${routeOf('inventory', route)},status="200"`

const first: Panel[] = [
  {
    title: 'Scenario 1: User Registration + Email latency',
    description:
      'Served requests only. A registration takes as long as the e-mail that it waits for, ' +
      'plus its own work.',
    unit: 's',
    queries: [
      ...latency(`${register},status="201"`, 'registration'),
      ...latency(`${routeOf('email', routes.sendWelcomeEmail)},status="200"`, 'e-mail'),
    ],
  },
  {
    title: 'Scenario 1: Registration outcomes',
    description:
      'Responses per second by status: 400 is a known address, 499 a client that disconnected.',
    unit: 'reqps',
    queries: outcomes(register),
  },
  {
    title: 'Scenario 2: Payment Processing latency',
    description:
      'Served requests only. Never below the delay of the external API; above it once ' +
      'payments wait for a slot.',
    unit: 's',
    queries: latency(`${payment},status="200"`, 'payment'),
  },
  {
    title: 'Scenario 2: Payment outcomes',
    description:
      'Responses per second by status: 503 is a refusal, 499 a client that disconnected.',
    unit: 'reqps',
    queries: outcomes(payment),
  },
  {
    title: 'Scenario 3: Fan-Out Flow request rates',
    description: 'Each update causes one call to each service, so the four lines coincide.',
    unit: 'reqps',
    queries: [
      { expr: rate('job="productservice",method="PUT"'), legend: 'update' },
      { expr: rate(routeOf('search', routes.reindex)), legend: 'search' },
      { expr: rate(routeOf('cache', routes.invalidateCache)), legend: 'cache' },
      { expr: rate(routeOf('analytics', routes.logUpdate)), legend: 'analytics' },
      {
        expr: rate('job="productservice",method="PUT",status=~"499|5.."'),
        legend: 'updates that failed',
      },
    ],
  },
  {
    title: 'Scenario 3: Fan-Out calls, stacked',
    description:
      'Mean time of each call. The calls run one after another, so an update waits for their sum.',
    unit: 's',
    stacked: true,
    queries: [
      {
        expr: mean(metrics.callDuration.name, 'job="productservice"', '(target)'),
        legend: '{{target}}',
      },
    ],
  },
]

const second: Panel[] = [
  {
    title: 'Scenario 5: Saga Pattern request rates',
    description:
      'Each failed order has one compensation: if the two lines diverge, stock was not released.',
    unit: 'ops',
    queries: [
      { expr: rate(`${order},status="400"`), legend: 'failed orders' },
      { expr: rate(`${order},status="200"`), legend: 'completed orders' },
      { expr: rate(`${order},status=~"499|5.."`), legend: 'interrupted orders' },
      { expr: rate(inventory(routes.reserveStock)), legend: 'reservations' },
      { expr: rate(inventory(routes.compensateStock)), legend: 'compensations' },
    ],
  },
  {
    title: 'Scenario 5: Order latency',
    description: 'Orders that completed, or failed as designed.',
    unit: 's',
    queries: latency(`${order},status=~"200|400"`, 'order'),
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
    description: 'Responses per second by status: 200 is a tracked click.',
    unit: 'reqps',
    queries: outcomes(click),
  },
  {
    title: 'Scenario 6: Click latency',
    description: 'Tracked clicks only.',
    unit: 's',
    queries: latency(`${click},status="200"`, 'click'),
  },
]

/** Two or three panels for each scenario. */
export const scenarios: Panel[] = [...first, ...reports, ...second]
