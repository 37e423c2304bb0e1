import { expect } from 'vitest'
import type { StyleName } from '../../model/styles.ts'
import { rowsOf } from '../../observability/grafana/dashboard.ts'
import { ask } from '../containers/prometheus.ts'

/** The period of the load, in seconds since 1970. */
export type Period = { from: number; to: number }

export const panelsOf = (style: StyleName) => rowsOf(style).flatMap((row) => row.panels)

/** Grafana's `$__rate_interval` if scrapes are 5 s apart. */
export const asAsked = (expr: string) => expr.replaceAll('$__rate_interval', '20s')

/**
 * A panel's query with the exact increase over the period instead of each rate. Nothing is counted
 * at the edges of the period, so extrapolation and the scrape interval do not affect the value. A
 * series that began during the load counts from 0.
 */
const asIncrease = (expr: string, { from, to }: Period) =>
  expr.replaceAll(/rate\(([^()]+)\[\$__rate_interval\]\)/g, (_, series: string) => {
    const end = `(${series} @ ${to})`
    return `(${end} - (${series} @ ${from}) or ${end})`
  })

const legendOf = (legend: string, labels: Record<string, string>) =>
  legend.replaceAll(/{{(\w+)}}/g, (_, label: string) => labels[label] ?? '')

/** The values of a panel, by legend, with each query rewritten by `rewrite`. */
export async function valuesOf(
  title: string,
  rewrite: (expr: string) => string,
  style: StyleName = 'sync',
): Promise<Record<string, number>> {
  const panel = panelsOf(style).find((candidate) => candidate.title === title)
  if (!panel) throw new Error(`There is no panel '${title}'`)
  const values = await Promise.all(
    panel.queries.map(async ({ expr, legend }) =>
      (await ask(rewrite(expr))).map(
        ({ metric, value: [, value] }) => [legendOf(legend, metric), Number(value)] as const,
      ),
    ),
  )
  return Object.fromEntries(values.flat())
}

/**
 * The values of a panel over the period: counts for rates per second, seconds for shares of time.
 */
export const increaseOf = (title: string, period: Period, style?: StyleName) =>
  valuesOf(title, (expr) => asIncrease(expr, period), style)

/** The highest value of each line that Grafana would draw for the period. */
export const highestOf = (title: string, { from, to }: Period) =>
  valuesOf(title, (expr) => {
    const range = `${Math.ceil(to - from)}s:5s`
    return `max_over_time((${asAsked(expr)})[${range}] @ ${to})`
  })

/** Expects data for every line that is not optional, with Grafana's own queries. */
export async function expectData(period: Period, style: StyleName): Promise<void> {
  for (const { title, queries } of panelsOf(style))
    for (const { expr, optional = false } of queries)
      if (!optional) {
        const range = `${Math.ceil(period.to - period.from)}s:5s`
        const samples = await ask(`last_over_time((${asAsked(expr)})[${range}] @ ${period.to})`)
        expect.soft(samples.length, `${title}: ${expr}`).toBeGreaterThan(0)
      }
}
