/** The dashboard in Grafana's format. Run as a program, it writes the provisioned JSON. */
import { writeFile } from 'node:fs/promises'
import {
  AdHocVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { styles } from '../../model/styles.ts'
import { buildPanel, datasource } from './panel.ts'
import { rows } from './panels.ts'

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

if (import.meta.main) await writeFile(dashboardFile, printDashboard())
