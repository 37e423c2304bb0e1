/** Queries of the panels, as PromQL. Grafana chooses the interval of every rate. */
import { metrics } from '../../model/metrics.ts'
import type { Visit } from '../../model/paths.ts'
import { honoPattern } from '../../model/scenarios.ts'
import { services } from '../../model/services.ts'
import { type StyleName, styles } from '../../model/styles.ts'
import type { Panel, Query } from './panel.ts'

/** At least four scrapes; Grafana takes their interval from `timeInterval` of the data source. */
export const interval = '[$__rate_interval]'

/**
 * Responses of a function that did its work: success, and the designed 400. A refusal takes a
 * millisecond, so a percentile over all responses falls when most of them are refusals.
 */
export const served = 'status=~"2..|400"'

/** The selector of one route of a service. */
export const routeOf = ({ of, route }: Visit) =>
  `job="${services[of].name}",handler="${honoPattern(route)}"`

/** One selector of several; those that select everything are empty. */
export const select = (...selectors: string[]) =>
  selectors.filter((selector) => selector !== '').join(',')

/** The requests of clients: deliveries of messages are counted as requests, too, with `via`. */
export const clientsOf = (style: StyleName): string => (style === 'sync' ? '' : 'via=""')

const braced = (selector: string) => (selector === '' ? '' : `{${selector}}`)

/** Requests per second of all series that match; of each group with `by`. */
export const rate = (selector: string, by = '') =>
  `sum${by}(rate(${metrics.requests.name}${braced(selector)}${interval}))`

/** Share of 5xx responses: 0, not missing, while there are no requests. */
export function errorRatio(selector: string, by = ''): string {
  const [failed, all] = [rate(select('status=~"5.."', selector), by), rate(selector, by)]
  return `${failed} / (${all} > 0) or 0 * ${all}`
}

/** A quantile of a histogram. Without a sample it is NaN, which `>= 0` drops. */
export const quantileOf = (share: number, histogram: string, by: string) =>
  `histogram_quantile(${share}, sum by ${by} (rate(${histogram}${interval}))) >= 0`

/** A quantile of the duration of requests, in seconds. */
export const quantile = (share: number, selector: string, by = '(le)') =>
  quantileOf(share, `${metrics.requestDuration.name}_bucket{${selector}}`, by)

/** Median and 95th percentile of the requests that match. */
export const latency = (selector: string, name: string): Pick<Panel, 'unit' | 'queries'> => ({
  unit: 's',
  queries: [
    { expr: quantile(0.5, selector), legend: `${name} p50` },
    { expr: quantile(0.95, selector), legend: `${name} p95` },
  ],
})

/** Responses per second by status; `statuses` says what some of them mean. */
export const outcomes = (selector: string, statuses: string): Omit<Panel, 'title'> => ({
  description: `Responses per second by status: ${statuses}.`,
  unit: 'reqps',
  queries: [{ expr: rate(selector, ' by (status) '), legend: '{{status}}' }],
})

/** Mean seconds per observation of a histogram, of each group. */
export const mean = (histogram: string, selector: string, by: string) =>
  `sum by ${by} (rate(${histogram}_sum${braced(selector)}${interval}))` +
  ` / (sum by ${by} (rate(${histogram}_count${braced(selector)}${interval})) > 0)`

/** The limits of all services: one line if they are equal, otherwise the lowest and the highest. */
export const limits = (metric: string): Query[] => {
  const perService = `(sum by (job) (${metric}))`
  const [lowest, highest] = [`min${perService}`, `max${perService}`]
  return [
    { expr: highest, legend: 'limit', limit: true },
    { expr: `${lowest} < ${highest}`, legend: 'lowest limit', limit: true, optional: true },
  ]
}

/** A process metric of each service, under its container's name; used without cAdvisor. */
export function underContainerName(expr: string, style: StyleName): string {
  // The braces matter: "$1_sync" is the value of a group named `1_sync`, which is empty.
  const containerName = `"name", "\${1}${styles[style].suffix}", "job", "(.+)"`
  return `sum by (name) (label_replace(${expr}, ${containerName}))`
}
