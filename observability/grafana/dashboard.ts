/** The dashboard as Grafana reads it. Run by itself, it writes the JSON that is provisioned. */
import { writeFile } from 'node:fs/promises'
import {
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type Dashboard,
  DashboardBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { type Panel, rows } from './panels.ts'

/** The data source of `provisioning/datasources/prometheus.yml`. */
export const datasource = { type: 'prometheus', uid: 'prometheus' }

export const dashboardFile = new URL('dashboards/synchronous-microservices.json', import.meta.url)

const width = 24
const height = 8
const mostPerLine = 3
const refIds = 'ABCDEFGHIJ'

function buildPanel(
  { title, description, unit, queries, stacked = false }: Panel,
  span: number,
): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .min(0)
    .datasource(datasource)
    .span(span)
    .height(height)
    .fillOpacity(stacked ? 40 : 5)
    .legend(new VizLegendOptionsBuilder().showLegend(true).calcs(['lastNotNull', 'max']))
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
  for (const [index, { expr, legend }] of queries.entries())
    panel.withTarget(
      new DataqueryBuilder().refId(refIds.charAt(index)).expr(expr).legendFormat(legend),
    )
  return panel
}

/** The whole dashboard: 5 s refresh, the last 15 minutes. */
export function buildDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('Synchronous Microservices - Performance Dashboard')
    .uid('lockstep-sync')
    .tags(['lockstep', 'synchronous'])
    .refresh('5s')
    .time({ from: 'now-15m', to: 'now' })
    .timezone('browser')
  for (const { title, panels } of rows) {
    dashboard.withRow(new RowBuilder(title))
    const span = width / Math.min(panels.length, mostPerLine)
    for (const panel of panels) dashboard.withPanel(buildPanel(panel, span))
  }
  return dashboard.build()
}

/** As it is committed: indented, so that a change can be read. */
export const printDashboard = (): string => `${JSON.stringify(buildDashboard(), undefined, 2)}\n`

if (import.meta.main) await writeFile(dashboardFile, printDashboard())
