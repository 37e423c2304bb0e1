/** The panels of the dashboard as data: title, description, Grafana's unit, and queries. */
import { foreignMetrics, metrics } from '../../model/metrics.ts'
import { errorRatio, interval, rate, underContainerName } from './queries.ts'
import { scenarios } from './scenario-panels.ts'
import { services } from './service-panels.ts'
import { waiting } from './waiting-panels.ts'

export type Query = {
  expr: string
  legend: string
  /** Whether it is a limit of the others: drawn dashed. */
  limit?: boolean
  /** Whether it returns data only while something is wrong. */
  optional?: boolean
}

export type Panel = {
  title: string
  /** Its meaning, and signs to look for. */
  description: string
  /**
   * https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
   */
  unit: 'reqps' | 'percentunit' | 'percent' | 's' | 'mbytes' | 'short' | 'ops'
  queries: Query[]
  /** Whether the values add up to a whole. */
  stacked?: boolean
  /** The fixed end of the axis. Without it, the axis fits the values. */
  max?: number
  /** Whether a value holds until the next one, like the state of a switch. */
  steps?: boolean
  /** Its height in lines of 30 pixels, if its legend has more than eleven rows. */
  height?: number
  /** `log` for values of different magnitudes, `symlog` if 0 is among them. */
  scale?: 'log' | 'symlog'
}

export type Row = { title: string; panels: Panel[] }

const containerCpu = `rate(${foreignMetrics.containerCpu}{name=~".+_sync"}${interval})`
const cpu =
  `sum by (name) (${containerCpu}) * 100` +
  ` or ${underContainerName(`rate(process_cpu_seconds_total{service!=""}${interval})`)} * 100`

const memory =
  `sum by (name) (${foreignMetrics.containerMemory}{name=~".+_sync"}) / 1024 / 1024` +
  ` or ${underContainerName(`${foreignMetrics.processMemory}{service!=""}`)} / 1024 / 1024`

const firing = `${foreignMetrics.alerts}{alertstate="firing"}`

const overview: Panel[] = [
  {
    title: 'Total Request Rate (all services)',
    description: 'Requests of all services together, including their calls to each other.',
    unit: 'reqps',
    queries: [{ expr: rate(''), legend: 'all services' }],
  },
  {
    title: 'Overall Error Rate (5xx errors)',
    description: "Share of responses with a 5xx status. The saga's designed 400 does not count.",
    unit: 'percentunit',
    max: 1,
    queries: [{ expr: errorRatio(), legend: '5xx' }],
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

const containers: Panel[] = [
  {
    title: 'CPU Usage per Container (%)',
    description:
      '100 % is one core. Measured by cAdvisor, or without it by the processes themselves.',
    unit: 'percent',
    height: 12,
    queries: [{ expr: cpu, legend: '{{name}}' }],
  },
  {
    title: 'Memory Usage per Container (MB)',
    description: 'Measured by cAdvisor, or without it the resident memory of the processes.',
    unit: 'mbytes',
    height: 12,
    queries: [{ expr: memory, legend: '{{name}}' }],
  },
]

export const rows: Row[] = [
  { title: 'Overview', panels: overview },
  { title: 'Services', panels: services },
  { title: 'Containers', panels: containers },
  { title: 'Scenarios', panels: scenarios },
  { title: 'What waits for what', panels: waiting },
]
