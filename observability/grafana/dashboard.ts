/** The dashboard and its rows, in Grafana's format. Run as a program, it writes the provisioned JSON. */
import { writeFile } from 'node:fs/promises'
import {
  AdHocVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { foreignMetrics, metrics } from '../../model/metrics.ts'
import { styles } from '../../model/styles.ts'
import { buildPanel, datasource, type Panel } from './panel.ts'
import {
  errorRatio,
  interval,
  quantile,
  quantileOf,
  rate,
  served,
  underContainerName,
} from './queries.ts'
import { scenarios } from './scenario-panels.ts'
import { selfCheck } from './self-check-panels.ts'
import { waiting } from './waiting-panels.ts'

export const dashboardFile = new URL('dashboards/synchronous-microservices.json', import.meta.url)

/**
 * Shows one replica, which its `instance` names; without a filter the panels add up all of them.
 * Grafana adds the filter to every query itself.
 */
const replicaFilter = new AdHocVariableBuilder('instance').label('replica').datasource(datasource)

/** The whole dashboard: 5 s refresh, the last 15 minutes, a shared crosshair and tooltip. */
export function buildDashboard(): Dashboard {
  const dashboard = new DashboardBuilder(
    `${styles.sync.title} Microservices - Performance Dashboard`,
  )
    .uid('lockstep-sync')
    .tags(['lockstep', 'synchronous'])
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Tooltip)
    .withVariable(replicaFilter)
  for (const { title, panels } of rows) {
    dashboard.withRow(new RowBuilder(title))
    for (const panel of panels) dashboard.withPanel(buildPanel(panel))
  }
  return dashboard.build()
}

/** Indented, so that the difference of two commits is readable. */
export const printDashboard = (): string => `${JSON.stringify(buildDashboard(), undefined, 2)}\n`

type Row = { title: string; panels: Panel[] }

const containers = `name=~".+${styles.sync.suffix}"`
const containerCpu = `rate(${foreignMetrics.containerCpu}{${containers}}${interval})`
const cpu =
  `sum by (name) (${containerCpu}) * 100` +
  ` or ${underContainerName(`rate(process_cpu_seconds_total{service!=""}${interval})`)} * 100`

const memory =
  `sum by (name) (${foreignMetrics.containerMemory}{${containers}}) / 1024 / 1024` +
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

/** Rate, errors and latency of each service. */
const services: Panel[] = [
  {
    title: 'Request Rate per Service (RPS)',
    description: 'Responses per second.',
    unit: 'reqps',
    queries: [{ expr: rate('', ' by (job) '), legend: '{{job}}' }],
  },
  {
    title: 'Error Rate per Service (HTTP 5xx)',
    description:
      'Share of responses with a 5xx status: a 503 is a refusal, because no slot or ' +
      'connection was free.',
    unit: 'percentunit',
    max: 1,
    queries: [{ expr: errorRatio(' by (job) '), legend: '{{job}}' }],
  },
  {
    title: 'P95 Latency per Service',
    description:
      '95 % of the served requests (2xx, 400) took at most this long. The axis is ' +
      'logarithmic, because services wait for different things.',
    unit: 's',
    scale: 'log',
    queries: [{ expr: quantile(0.95, served, '(job, le)'), legend: '{{job}}' }],
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

const usage: Panel[] = [
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
  { title: 'Containers', panels: usage },
  { title: 'Scenarios', panels: scenarios },
  { title: 'What waits for what', panels: waiting },
  { title: 'Self-check', panels: selfCheck },
]

if (import.meta.main) await writeFile(dashboardFile, printDashboard())
