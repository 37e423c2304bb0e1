import type { Panel, Query } from './panels.ts'

const quantile = (share: number, selector: string) =>
  `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{${selector}}[1m])))`

const latency = (selector: string, name: string): Query[] => [
  { expr: quantile(0.5, selector), legend: `${name} p50` },
  { expr: quantile(0.95, selector), legend: `${name} p95` },
]

const rate = (selector: string) => `sum(rate(http_requests_total{${selector}}[1m]))`

/** What each scenario is about, a panel or two each. */
export const scenarios: Panel[] = [
  {
    title: 'Scenario 1: registration and e-mail latency',
    description:
      'The registration lies above the e-mail that it waits for, by what it takes itself.',
    unit: 's',
    queries: [
      ...latency('job="userservice",handler="/register"', 'registration'),
      ...latency('job="emailservice",handler="/send_welcome_email"', 'e-mail'),
    ],
  },
  {
    title: 'Scenario 2: payment latency',
    description:
      'Never below the delay of the external API; above it once payments wait for a slot.',
    unit: 's',
    queries: latency('job="paymentservice",handler="/process_payment"', 'payment'),
  },
  {
    title: 'Scenario 3: fan-out rates',
    description: 'Each update causes one call of each: four lines upon each other.',
    unit: 'reqps',
    queries: [
      { expr: rate('job="productservice",method="PUT"'), legend: 'update' },
      { expr: rate('job="searchservice",handler="/reindex"'), legend: 'search' },
      { expr: rate('job="cacheservice",handler="/invalidate_cache"'), legend: 'cache' },
      { expr: rate('job="analyticsservice",handler="/log_update"'), legend: 'analytics' },
    ],
  },
  {
    title: 'Scenario 3: the three hops, stacked',
    description:
      'Mean time of each hop. Called one after another, they add up to what an update waits.',
    unit: 's',
    stacked: true,
    queries: [
      {
        expr:
          'sum by (target) (rate(outgoing_call_duration_seconds_sum{job="productservice"}[1m]))' +
          ' / sum by (target) (rate(outgoing_call_duration_seconds_count{job="productservice"}[1m]))',
        legend: '{{target}}',
      },
    ],
  },
  {
    title: 'Scenario 4: CPU of reports',
    description:
      'Rises to the cores that reports may use, and stays there while more of them wait.',
    unit: 'percent',
    queries: [
      {
        expr:
          'sum(rate(container_cpu_usage_seconds_total{name="reportservice_sync"}[1m])) * 100' +
          ' or sum(rate(process_cpu_seconds_total{job="reportservice"}[1m])) * 100',
        legend: 'reportservice',
      },
    ],
  },
  {
    title: 'Scenario 5: saga rates and compensations',
    description:
      'Each failed order has one compensation: lines that part mean stock that was not given back.',
    unit: 'ops',
    queries: [
      {
        expr: rate('job="orderservice",handler="/create_order",status="400"'),
        legend: 'failed orders',
      },
      {
        expr: rate('job="orderservice",handler="/create_order",status="200"'),
        legend: 'completed orders',
      },
      {
        expr: rate('job="inventoryservice",handler="/reserve_stock",status="200"'),
        legend: 'reservations',
      },
      {
        expr: rate('job="inventoryservice",handler="/compensate_stock",status="200"'),
        legend: 'compensations',
      },
    ],
  },
  {
    title: 'Scenario 6: click rate',
    description: 'Clicks that were tracked, per second.',
    unit: 'reqps',
    queries: [
      {
        expr: rate('job="analyticsservice",handler="/track_click",status="200"'),
        legend: 'clicks',
      },
    ],
  },
]
