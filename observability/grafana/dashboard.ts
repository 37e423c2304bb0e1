/** The dashboard in Grafana's format. Run as a program, it writes the provisioned JSON. */
import { writeFile } from 'node:fs/promises'
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { buildPanel } from './build-panel.ts'
import { rows } from './panels.ts'

export const dashboardFile = new URL('dashboards/synchronous-microservices.json', import.meta.url)

/** The whole dashboard: 5 s refresh, the last 15 minutes, a shared crosshair and tooltip. */
export function buildDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('Synchronous Microservices - Performance Dashboard')
    .uid('lockstep-sync')
    .tags(['lockstep', 'synchronous'])
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Tooltip)
  for (const { title, panels } of rows) {
    dashboard.withRow(new RowBuilder(title))
    for (const panel of panels) dashboard.withPanel(buildPanel(panel))
  }
  return dashboard.build()
}

/** Indented, so that the difference of two commits is readable. */
export const printDashboard = (): string => `${JSON.stringify(buildDashboard(), undefined, 2)}\n`

if (import.meta.main) await writeFile(dashboardFile, printDashboard())
