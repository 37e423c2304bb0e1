/**
 * The dashboard of a style and its rows, in Grafana's format. Run as a program, it writes the
 * provisioned JSON of both.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import {
  AdHocVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { type StyleName, styles } from '../../model/styles.ts'
import { acceptance } from './acceptance-panels.ts'
import { broker } from './broker-panels.ts'
import { messages } from './message-panels.ts'
import { buildPanel, datasource, type Panel } from './panel.ts'
import { scenarios } from './scenario-panels.ts'
import { selfCheck } from './self-check-panels.ts'
import { overview, services, usage } from './service-panels.ts'
import { calls, cores, waiting } from './waiting-panels.ts'

// Each Grafana has the folder of its style, or it would show both dashboards.
const folders: Record<StyleName, string> = { sync: 'dashboards', async: 'dashboards-async' }

/** The provisioned dashboard of a style. */
export const dashboardFileOf = (style: StyleName): URL =>
  new URL(
    `${folders[style]}/${styles[style].title.toLowerCase()}-microservices.json`,
    import.meta.url,
  )

/**
 * Shows one replica, which its `instance` names; without a filter the panels add up all of them.
 * Grafana adds the filter to every query itself.
 */
const replicaFilter = new AdHocVariableBuilder('instance').label('replica').datasource(datasource)

/** The whole dashboard: 5 s refresh, the last 15 minutes, a shared crosshair and tooltip. */
export function buildDashboard(style: StyleName): Dashboard {
  const { title } = styles[style]
  const dashboard = new DashboardBuilder(`${title} Microservices - Performance Dashboard`)
    .uid(`lockstep-${style}`)
    .tags(['lockstep', title.toLowerCase()])
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Tooltip)
    .withVariable(replicaFilter)
  for (const { title, panels } of rowsOf(style)) {
    dashboard.withRow(new RowBuilder(title))
    for (const panel of panels) dashboard.withPanel(buildPanel(panel))
  }
  return dashboard.build()
}

/** Indented, so that the difference of two commits is readable. */
export const printDashboard = (style: StyleName): string =>
  `${JSON.stringify(buildDashboard(style), undefined, 2)}\n`

type Row = { title: string; panels: Panel[] }

const scenariosOf: Record<StyleName, Row[]> = {
  sync: [{ title: 'Scenarios', panels: scenarios }],
  async: [
    { title: 'Messages', panels: messages },
    { title: 'RabbitMQ', panels: broker },
    { title: 'Scenarios', panels: acceptance },
  ],
}

/** The rows of a style's dashboard. */
export const rowsOf = (style: StyleName): Row[] => [
  { title: 'Overview', panels: overview(style) },
  { title: 'Services', panels: services(style) },
  { title: 'Containers', panels: usage(style) },
  ...scenariosOf[style],
  {
    title: 'What waits for what',
    panels: [...waiting, ...(style === 'sync' ? calls : cores)],
  },
  { title: 'Self-check', panels: selfCheck },
]

if (import.meta.main)
  for (const style of Object.keys(styles) as StyleName[]) {
    const file = dashboardFileOf(style)
    await mkdir(new URL('.', file), { recursive: true })
    await writeFile(file, printDashboard(style))
  }
