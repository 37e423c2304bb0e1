/** Runs the queries of a panel, and converts the results to Grafana's data frames. */
import {
  applyNullInsertThreshold,
  type DataFrame,
  dateTime,
  FieldType,
  rangeUtil,
  type TimeRange,
} from '@grafana/data'

export type Target = { refId: string; expr: string; legendFormat: string }

type Series = { metric: Record<string, string>; values: [number, string][] }

// The same as `timeInterval` of the data source.
const scrapeMs = 5000

const seconds = (milliseconds: number) => `${milliseconds / 1000}s`

export const timeRange = (from: number, until: number): TimeRange => {
  const [start, end] = [dateTime(from * 1000), dateTime(until * 1000)]
  return { from: start, to: end, raw: { from: start, to: end } }
}

/** The step of a panel of this width in pixels, and the value of `$__rate_interval`. */
function intervals(range: TimeRange, width: number): { stepMs: number; rateInterval: string } {
  const { intervalMs } = rangeUtil.calculateInterval(range, width, seconds(scrapeMs))
  const rateMs = Math.max(intervalMs + scrapeMs, 4 * scrapeMs)
  return { stepMs: intervalMs, rateInterval: seconds(rateMs) }
}

const nameOf = (legend: string, labels: Record<string, string>) =>
  legend.replace(/{{(\w+)}}/g, (_, label: string) => labels[label] ?? '')

const frameOf = (target: Target, { metric, values }: Series, stepMs: number): DataFrame => ({
  refId: target.refId,
  length: values.length,
  fields: [
    {
      name: 'Time',
      type: FieldType.time,
      // Draw a gap in the line if samples are more than a step apart.
      config: { interval: stepMs },
      values: values.map(([time]) => time * 1000),
    },
    {
      name: 'Value',
      type: FieldType.number,
      config: { displayNameFromDS: nameOf(target.legendFormat, metric) },
      labels: metric,
      values: values.map(([, value]) => Number(value)),
    },
  ],
})

/** @throws Error with the reason that Prometheus gives, and the query */
export async function askPrometheus(
  url: string,
  target: Target,
  range: TimeRange,
  width: number,
): Promise<DataFrame[]> {
  const { stepMs, rateInterval } = intervals(range, width)
  const query = target.expr.replaceAll('$__rate_interval', rateInterval)
  const align = (time: number) => String(Math.floor(time / stepMs) * (stepMs / 1000))
  const [start, end] = [align(range.from.valueOf()), align(range.to.valueOf())]
  const body = new URLSearchParams({ query, start, end, step: String(stepMs / 1000) })
  const response = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body })
  const { data, error } = (await response.json()) as { data?: { result: Series[] }; error?: string }
  if (!data) throw new Error(`Prometheus refuses ${query}: ${error}`)
  // Like Grafana's panel: a missing value is a gap in the line.
  return data.result.map((series) =>
    applyNullInsertThreshold({ frame: frameOf(target, series, stepMs) }),
  )
}
