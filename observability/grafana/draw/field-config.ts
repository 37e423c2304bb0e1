/** Options that Grafana's time series panel registers itself; the libraries do not contain them. */
import {
  applyFieldOverrides,
  type DataFrame,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
} from '@grafana/data'

const standard = ['unit', 'min', 'max', 'decimals', 'color', 'displayName', 'noValue']
const custom = [
  'drawStyle',
  'lineInterpolation',
  'lineWidth',
  'lineStyle',
  'fillOpacity',
  'gradientMode',
  'showPoints',
  'pointSize',
  'spanNulls',
  'stacking',
  'scaleDistribution',
  'axisPlacement',
  'axisSoftMax',
  'hideFrom',
]

const property = (path: string, isCustom: boolean): FieldConfigPropertyItem => ({
  id: isCustom ? `custom.${path}` : path,
  path,
  isCustom,
  name: path,
  process: (value) => value,
  shouldApply: () => true,
  override: () => null,
  editor: () => null,
})

const fieldConfigRegistry = new FieldConfigOptionsRegistry(() => [
  ...standard.map((path) => property(path, false)),
  ...custom.map((path) => property(path, true)),
])

// The panel's own defaults.
const graphDefaults = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  gradientMode: 'none',
  showPoints: 'auto',
  pointSize: 5,
  spanNulls: false,
  stacking: { mode: 'none', group: 'A' },
  scaleDistribution: { type: 'linear' },
  axisPlacement: 'auto',
  hideFrom: { tooltip: false, viz: false, legend: false },
}

/** Gives each series the unit, axis and style of the panel and its overrides. */
export function configure(
  data: DataFrame[],
  { defaults, overrides }: FieldConfigSource,
  theme: GrafanaTheme2,
): DataFrame[] {
  const graph = { ...graphDefaults, ...defaults.custom }
  const color = { mode: 'palette-classic' }
  return applyFieldOverrides({
    data,
    fieldConfig: { defaults: { color, ...defaults, custom: graph }, overrides: overrides ?? [] },
    fieldConfigRegistry,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  })
}
