/** A panel as data, and in Grafana's format. */
import {
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

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

/** The data source of `provisioning/datasources/prometheus.yml`. */
export const datasource = { type: 'prometheus', uid: 'prometheus' }

// Half of the page: wide enough for a legend of ten services beside the graph.
const width = 12
const lines = 10
const refIds = 'ABCDEFGHIJ'

const legend = new VizLegendOptionsBuilder()
  .showLegend(true)
  .displayMode(LegendDisplayMode.Table)
  .placement(LegendPlacement.Right)
  .calcs(['lastNotNull', 'max'])

const tooltip = new VizTooltipOptionsBuilder()
  .mode(TooltipDisplayMode.Multi)
  .sort(SortOrder.Descending)

const scales = {
  log: new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10),
  symlog: new ScaleDistributionConfigBuilder()
    .type(ScaleDistribution.Symlog)
    .log(10)
    .linearThreshold(1),
}

/** The least span of an axis. Without it, Grafana draws 0 to 100 if all values are 0. */
const leastSpan = (unit: Panel['unit']) => (unit === 's' ? 0.001 : 1)

/** Dashed and red, without an area below. */
const limitStyle = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
  { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
  { id: 'custom.fillOpacity', value: 0 },
]

/** Opacity of the area below a line, in percent; on a logarithmic axis an area has no meaning. */
const fillOf = ({ stacked, scale }: Pick<Panel, 'stacked' | 'scale'>) => {
  if (scale) return 0
  return stacked ? 40 : 5
}

/** A panel in Grafana's format: a graph, and a table of the last and highest values. */
export function buildPanel({ title, description, unit, ...options }: Panel): PanelBuilder {
  const { queries, stacked = false, max, steps, scale, height = lines } = options
  const panel = new PanelBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(datasource)
    .span(width)
    .height(height)
    .fillOpacity(fillOf(options))
    .legend(legend)
    .tooltip(tooltip)
  // A logarithmic axis has no 0.
  if (scale !== 'log') panel.min(0).axisSoftMax(leastSpan(unit))
  if (max !== undefined) panel.max(max)
  if (steps) panel.lineInterpolation(LineInterpolation.StepAfter)
  if (scale) panel.scaleDistribution(scales[scale])
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
  for (const [index, query] of queries.entries()) {
    const refId = refIds.charAt(index)
    panel.withTarget(
      new DataqueryBuilder().refId(refId).expr(query.expr).legendFormat(query.legend),
    )
    if (query.limit) panel.overrideByQuery(refId, limitStyle)
  }
  return panel
}
