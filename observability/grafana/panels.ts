/** What the dashboard shows, as data: a title, a unit of Grafana's, and what Prometheus is asked. */

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

const quantile = (share: number, selector: string) =>
  `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{${selector}}[1m])))`

const latency = (selector: string, name: string): Query[] => [
  { expr: quantile(0.5, selector), legend: `${name} p50` },
  { expr: quantile(0.95, selector), legend: `${name} p95` },
]

const rate = (selector: string) => `sum(rate(http_requests_total{${selector}}[1m]))`

/** A process metric of each service, under the name of its container: what is left where cAdvisor is not. */
const underContainerName = (expr: string) => `sum by (name) (label_replace(${expr}, "name", "$1_sync", "job", "(.+)"))`

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
    queries: [{ expr: `${rate('status=~"5.."')} / sum(rate(http_requests_total[1m]))`, legend: '5xx' }],
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
    description: 'Share of answers from 500 on: a 503 is a refusal for want of a slot or a connection.',
    unit: 'percentunit',
    queries: [{ expr: 'service:http_errors:ratio1m{job=~".+service"}', legend: '{{job}}' }],
  },
  {
    title: 'p95 per service',
    description:
      '95 % of answers took at most this long. Compare within a service, never across: they wait for different things.',
    unit: 's',
    queries: [{ expr: 'service:http_request_duration_seconds:p95_1m{job=~".+service"}', legend: '{{job}}' }],
  },
]

const containers: Panel[] = [
  {
    title: 'CPU per container',
    description: '100 % is one core. From cAdvisor; where that is missing, from the processes themselves.',
    unit: 'percent',
    queries: [{ expr: cpu, legend: '{{name}}' }],
  },
  {
    title: 'Memory per container',
    description: 'In MB. From cAdvisor; where that is missing, the resident memory of the processes.',
    unit: 'mbytes',
    queries: [{ expr: memory, legend: '{{name}}' }],
  },
]

const scenarios: Panel[] = [
  {
    title: 'Scenario 1: registration and e-mail latency',
    description: 'The registration lies above the e-mail that it waits for, by what it takes itself.',
    unit: 's',
    queries: [
      ...latency('job="userservice",handler="/register"', 'registration'),
      ...latency('job="emailservice",handler="/send_welcome_email"', 'e-mail'),
    ],
  },
  {
    title: 'Scenario 2: payment latency',
    description: 'Never below the delay of the external API; above it once payments wait for a slot.',
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
    description: 'Mean time of each hop. Called one after another, they add up to what an update waits.',
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
    description: 'Rises to the cores that reports may use, and stays there while more of them wait.',
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
    description: 'Each failed order has one compensation: lines that part mean stock that was not given back.',
    unit: 'ops',
    queries: [
      { expr: rate('job="orderservice",handler="/create_order",status="400"'), legend: 'failed orders' },
      { expr: rate('job="orderservice",handler="/create_order",status="200"'), legend: 'completed orders' },
      { expr: rate('job="inventoryservice",handler="/reserve_stock",status="200"'), legend: 'reservations' },
      { expr: rate('job="inventoryservice",handler="/compensate_stock",status="200"'), legend: 'compensations' },
    ],
  },
  {
    title: 'Scenario 6: click rate',
    description: 'Clicks that were tracked, per second.',
    unit: 'reqps',
    queries: [{ expr: rate('job="analyticsservice",handler="/track_click",status="200"'), legend: 'clicks' }],
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
      { expr: 'sum by (job, target) (rate(outgoing_call_duration_seconds_sum[1m]))', legend: '{{job}} → {{target}}' },
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
