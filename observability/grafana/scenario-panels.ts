import { metrics } from '../../model/metrics.ts'
import type { Panel } from './panels.ts'
import { interval, latency, mean, outcomes, rate } from './queries.ts'
import { reports } from './report-panels.ts'

const register = 'job="userservice",handler="/register"'
const payment = 'job="paymentservice",handler="/process_payment"'
const order = 'job="orderservice",handler="/create_order"'
const click = 'job="analyticsservice",handler="/track_click"'
const inventory = (route: string) => `job="inventoryservice",handler="${route}",status="200"`

const first: Panel[] = [
  {
    title: 'Scenario 1: User Registration + Email latency',
    description:
      'Of what was served. The registration lies above the e-mail that it waits for, by what it takes itself.',
    unit: 's',
    queries: [
      ...latency(`${register},status="201"`, 'registration'),
      ...latency('job="emailservice",handler="/send_welcome_email",status="200"', 'e-mail'),
    ],
  },
  {
    title: 'Scenario 1: Registration outcomes',
    description:
      'Answers per second by status: 400 for a known address, 499 for a client that left.',
    unit: 'reqps',
    queries: outcomes(register),
  },
  {
    title: 'Scenario 2: Payment Processing latency',
    description:
      'Of what was served. Never below the delay of the external API; above it once payments wait for a slot.',
    unit: 's',
    queries: latency(`${payment},status="200"`, 'payment'),
  },
  {
    title: 'Scenario 2: Payment outcomes',
    description: 'Answers per second by status: 503 if there was no slot, 499 if the client left.',
    unit: 'reqps',
    queries: outcomes(payment),
  },
  {
    title: 'Scenario 3: Fan-Out Flow request rates',
    description: 'Each update causes one call of each: four lines in one place.',
    unit: 'reqps',
    queries: [
      { expr: rate('job="productservice",method="PUT"'), legend: 'update' },
      { expr: rate('job="searchservice",handler="/reindex"'), legend: 'search' },
      { expr: rate('job="cacheservice",handler="/invalidate_cache"'), legend: 'cache' },
      { expr: rate('job="analyticsservice",handler="/log_update"'), legend: 'analytics' },
      {
        expr: rate('job="productservice",method="PUT",status=~"499|5.."'),
        legend: 'updates that failed',
      },
    ],
  },
  {
    title: 'Scenario 3: Fan-Out hops, stacked',
    description:
      'Mean time of each hop. Called one after another, they add up to what an update waits.',
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
      'Each failed order has one compensation: lines that part mean stock that was not given back.',
    unit: 'ops',
    queries: [
      { expr: rate(`${order},status="400"`), legend: 'failed orders' },
      { expr: rate(`${order},status="200"`), legend: 'completed orders' },
      { expr: rate(`${order},status=~"499|5.."`), legend: 'interrupted orders' },
      { expr: rate(inventory('/reserve_stock')), legend: 'reservations' },
      { expr: rate(inventory('/compensate_stock')), legend: 'compensations' },
    ],
  },
  {
    title: 'Scenario 5: Order latency',
    description: 'Of orders that were completed, or failed as designed.',
    unit: 's',
    queries: latency(`${order},status=~"200|400"`, 'order'),
  },
  {
    title: 'Scenario 5: Orders that owe a compensation',
    description:
      'Orders left unfinished whose stock is not given back yet, and how many of them an instance ends per second.',
    unit: 'short',
    queries: [
      // Every instance counts all that the database has.
      { expr: `max by (job) (${metrics.sagasOwed.name})`, legend: 'owed' },
      {
        expr: `sum by (job) (rate(${metrics.sagasRecovered.name}${interval}))`,
        legend: 'recovered per second',
      },
    ],
  },
  {
    title: 'Scenario 6: High-Throughput click tracking RPS',
    description: 'Answers per second by status: clicks that were tracked are 200.',
    unit: 'reqps',
    queries: outcomes(click),
  },
  {
    title: 'Scenario 6: Click latency',
    description: 'Of clicks that were tracked.',
    unit: 's',
    queries: latency(`${click},status="200"`, 'click'),
  },
]

/** What each scenario is about, two panels or three each. */
export const scenarios: Panel[] = [...first, ...reports, ...second]
