/** What the dashboard shows, as data: a title, a unit of Grafana's, and what Prometheus is asked. */
import { scenarios } from './scenario-panels.ts'

export type Query = { expr: string; legend: string }

export type Panel = {
  title: string
  /** What it means, and what to look for. */
  description: string
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
  unit: 'reqps' | 'percentunit' | 'percent' | 's' | 'mbytes' | 'short' | 'ops'
  queries: Query[]
  /** Whether the values add up to a whole. */
  stacked?: boolean
}

export type Row = { title: string; panels: Panel[] }

const rate = (selector: string) => `sum(rate(http_requests_total{${selector}}[1m]))`

/** A process metric of each service, under the name of its container: what is left where cAdvisor is not. */
const underContainerName = (expr: string) =>
  `sum by (name) (label_replace(${expr}, "name", "$1_sync", "job", "(.+)"))`

const cpu =
  'sum by (name) (rate(container_cpu_usage_seconds_total{name=~".+_sync"}[1m])) * 100' +
  ` or ${underContainerName('rate(process_cpu_seconds_total{service!=""}[1m])')} * 100`

const memory =
  'sum by (name) (container_memory_usage_bytes{name=~".+_sync"}) / 1024 / 1024' +
  ` or ${underContainerName('process_resident_memory_bytes{service!=""}')} / 1024 / 1024`

const overview: Panel[] = [
  {
    title: 'Total request rate',
    description: 'Requests of all services together, the hops between them included.',
    unit: 'reqps',
    queries: [{ expr: 'sum(rate(http_requests_total[1m]))', legend: 'all services' }],
  },
  {
    title: 'Overall 5xx ratio',
    description: "Share of answers from 500 on. The saga's designed 400 is none of them.",
    unit: 'percentunit',
    queries: [
      { expr: `${rate('status=~"5.."')} / sum(rate(http_requests_total[1m]))`, legend: '5xx' },
    ],
  },
]

const services: Panel[] = [
  {
    title: 'Request rate per service',
    description: 'Answers per second.',
    unit: 'reqps',
    queries: [{ expr: 'service:http_requests:rate1m{job=~".+service"}', legend: '{{job}}' }],
  },
  {
    title: '5xx ratio per service',
    description:
      'Share of answers from 500 on: a 503 is a refusal for want of a slot or a connection.',
    unit: 'percentunit',
    queries: [{ expr: 'service:http_errors:ratio1m{job=~".+service"}', legend: '{{job}}' }],
  },
  {
    title: 'p95 per service',
    description:
      '95 % of answers took at most this long. Compare within a service, never across: they wait for different things.',
    unit: 's',
    queries: [
      { expr: 'service:http_request_duration_seconds:p95_1m{job=~".+service"}', legend: '{{job}}' },
    ],
  },
]

const containers: Panel[] = [
  {
    title: 'CPU per container',
    description:
      '100 % is one core. From cAdvisor; where that is missing, from the processes themselves.',
    unit: 'percent',
    queries: [{ expr: cpu, legend: '{{name}}' }],
  },
  {
    title: 'Memory per container',
    description:
      'In MB. From cAdvisor; where that is missing, the resident memory of the processes.',
    unit: 'mbytes',
    queries: [{ expr: memory, legend: '{{name}}' }],
  },
]

const waiting: Panel[] = [
  {
    title: 'Slots in use',
    description: 'Requests being worked on. At CONCURRENCY the next one waits.',
    unit: 'short',
    queries: [{ expr: 'slots_in_use', legend: '{{job}}' }],
  },
  {
    title: 'Queue for a slot',
    description: 'Requests that wait for a slot. At QUEUE_LIMIT the next one is refused with 503.',
    unit: 'short',
    queries: [{ expr: 'slot_queue_length', legend: '{{job}}' }],
  },
  {
    title: 'Database pool: in use and waiting',
    description: 'Connections that are held, and queries that wait for one.',
    unit: 'short',
    queries: [
      { expr: 'db_pool_connections_in_use', legend: '{{job}} in use' },
      { expr: 'db_pool_waiting', legend: '{{job}} waiting' },
    ],
  },
  {
    title: 'Time spent waiting for each downstream service',
    description:
      'Seconds of waiting per second: 5 means that five requests at a time do nothing but wait for that service.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (job, target) (rate(outgoing_call_duration_seconds_sum[1m]))',
        legend: '{{job}} → {{target}}',
      },
    ],
  },
]

export const rows: Row[] = [
  { title: 'Overview', panels: overview },
  { title: 'Services', panels: services },
  { title: 'Containers', panels: containers },
  { title: 'Scenarios', panels: scenarios },
  { title: 'What waits for what', panels: waiting },
]
