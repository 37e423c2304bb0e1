import { foreignMetrics, metrics } from '../../model/metrics.ts'
import { type StyleName, styles } from '../../model/styles.ts'
import type { Panel } from './panel.ts'
import {
  clientsOf,
  errorRatio,
  interval,
  quantile,
  quantileOf,
  rate,
  select,
  served,
  underContainerName,
} from './queries.ts'

const containersOf = (style: StyleName) => `name=~".+${styles[style].suffix}"`

function cpuOf(style: StyleName): string {
  const container = `rate(${foreignMetrics.containerCpu}{${containersOf(style)}}${interval})`
  const process = `rate(${foreignMetrics.processCpu}{service!=""}${interval})`
  return `sum by (name) (${container}) * 100 or ${underContainerName(process, style)} * 100`
}

function memoryOf(style: StyleName): string {
  const container = `${foreignMetrics.containerMemory}{${containersOf(style)}}`
  const process = underContainerName(`${foreignMetrics.processMemory}{service!=""}`, style)
  return `sum by (name) (${container}) / 1024 / 1024 or ${process} / 1024 / 1024`
}

const firing = `${foreignMetrics.alerts}{alertstate="firing"}`

const requests: Record<StyleName, string> = {
  sync: 'Requests of all services together, including their calls to each other.',
  async: 'Requests of clients to all services together. Deliveries of messages do not count.',
}

/** The state of the whole lab. */
export const overview = (style: StyleName): Panel[] => [
  {
    title: 'Total Request Rate (all services)',
    description: requests[style],
    unit: 'reqps',
    queries: [{ expr: rate(clientsOf(style)), legend: 'all services' }],
  },
  {
    title: 'Overall Error Rate (5xx errors)',
    description: "Share of responses with a 5xx status. The saga's designed 400 does not count.",
    unit: 'percentunit',
    max: 1,
    queries: [{ expr: errorRatio(clientsOf(style)), legend: '5xx' }],
  },
  {
    title: 'Alerts that fire',
    description: 'Their number, and each by name. The Alerts page of Prometheus shows what to do.',
    unit: 'short',
    steps: true,
    queries: [
      { expr: `count(${firing}) or vector(0)`, legend: 'all' },
      {
        expr: `sum by (alertname, job) (${firing})`,
        legend: '{{alertname}} {{job}}',
        optional: true,
      },
    ],
  },
  {
    title: 'Active faults',
    description: 'Faults that are injected at the moment: see `npm run fault`.',
    unit: 'short',
    steps: true,
    queries: [
      { expr: `sum(${metrics.faultActive.name})`, legend: 'all' },
      {
        expr: `sum by (job, kind) (${metrics.faultActive.name}) > 0`,
        legend: '{{job}} {{kind}}',
        optional: true,
      },
    ],
  },
]

/** Rate, errors and latency of each service. */
export const services = (style: StyleName): Panel[] => [
  {
    title: 'Request Rate per Service (RPS)',
    description: 'Responses per second.',
    unit: 'reqps',
    queries: [{ expr: rate(clientsOf(style), ' by (job) '), legend: '{{job}}' }],
  },
  {
    title: 'Error Rate per Service (HTTP 5xx)',
    description:
      'Share of responses with a 5xx status: a 503 is a refusal, because no slot or ' +
      'connection was free.',
    unit: 'percentunit',
    max: 1,
    queries: [{ expr: errorRatio(clientsOf(style), ' by (job) '), legend: '{{job}}' }],
  },
  {
    title: 'P95 Latency per Service',
    description:
      '95 % of the served requests (2xx, 400) took at most this long. The axis is ' +
      'logarithmic, because services wait for different things.',
    unit: 's',
    scale: 'log',
    queries: [
      { expr: quantile(0.95, select(served, clientsOf(style)), '(job, le)'), legend: '{{job}}' },
    ],
  },
  {
    title: 'Event-loop delay per service (p99)',
    description:
      'How late the one thread of a service runs its work. Neither slots nor the queue for ' +
      'them show this wait.',
    unit: 's',
    scale: 'log',
    queries: [
      {
        expr: quantileOf(0.99, `${metrics.loopDelay.name}_bucket`, '(job, le)'),
        legend: '{{job}}',
      },
    ],
  },
]

/** CPU and memory of each container. */
export const usage = (style: StyleName): Panel[] => [
  {
    title: 'CPU Usage per Container (%)',
    description:
      '100 % is one core. Measured by cAdvisor, or without it by the processes themselves.',
    unit: 'percent',
    height: 12,
    queries: [{ expr: cpuOf(style), legend: '{{name}}' }],
  },
  {
    title: 'Memory Usage per Container (MB)',
    description: 'Measured by cAdvisor, or without it the resident memory of the processes.',
    unit: 'mbytes',
    height: 12,
    queries: [{ expr: memoryOf(style), legend: '{{name}}' }],
  },
]
