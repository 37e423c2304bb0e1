import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { rowsOf } from '../../observability/grafana/dashboard.ts'
import { style } from './compose.ts'
import { type Load, startLoad } from './load.ts'
import { ask, operandsOf } from './prometheus.ts'

const { suffix } = styles[style]
const panels = rowsOf(style).flatMap((row) => row.panels)
// Grafana's $__rate_interval if scrapes are 5 s apart.
const asAsked = (expr: string) => expr.replaceAll('$__rate_interval', '20s')
/** The operands that need data: none, if the expression ends in `or vector(0)`. */
const partsOf = (expr: string) => (expr.endsWith('or vector(0)') ? [expr] : operandsOf(expr))

const expressions = panels.flatMap(({ title, queries }) =>
  queries
    .filter(({ optional = false }) => !optional)
    .flatMap(({ expr }) => partsOf(asAsked(expr)).map((part) => [title, part] as const)),
)

/** The documented queries. */
const promised = [
  'rate(http_requests_total{job="userservice"}[1m])',
  'sum(rate(http_requests_total{status=~"5..",job="userservice"}[5m])) / ' +
    'sum(rate(http_requests_total{job="userservice"}[5m]))',
  'histogram_quantile(0.95, ' +
    'sum(rate(http_request_duration_seconds_bucket{job="userservice"}[5m])) by (le))',
  `rate(container_cpu_usage_seconds_total{name="userservice${suffix}"}[1m]) * 100`,
  `container_memory_usage_bytes{name="userservice${suffix}"} / 1024 / 1024`,
  `rate(container_network_receive_bytes_total{name="userservice${suffix}"}[1m])`,
  `rate(container_network_transmit_bytes_total{name="userservice${suffix}"}[1m])`,
]

let load: Load
beforeAll(() => {
  load = startLoad()
})
afterAll(() => load.stop(), 60_000)

// A rate needs two scrapes, 5 s apart, and a report takes up to 10 s.
const patience = { timeout: 60_000, interval: 1000 }

test('every target is up', async () => {
  await expect
    .poll(async () => (await ask('up == 0')).map(({ metric }) => metric.job), patience)
    .toEqual([])
  expect((await ask('up')).length).toBe(functionNames.length + ['cadvisor', 'prometheus'].length)
})

describe('has data under load', () => {
  test.each(promised)('%s', { timeout: 70_000 }, async (query) => {
    await expect.poll(async () => (await ask(query)).length, patience).toBeGreaterThan(0)
  })

  test.each(expressions)('%s: %s', { timeout: 70_000 }, async (_title, expression) => {
    await expect.poll(async () => (await ask(expression)).length, patience).toBeGreaterThan(0)
  })
})

// In the asynchronous style, clients do not reach every service.
const ofAll = style === 'sync' ? / per / : / per (service \(p99\)|Container)/
const perService = panels.filter(({ title }) => ofAll.test(title))
test.each(perService)('$title shows every service', { timeout: 70_000 }, async ({ queries }) => {
  const shown = async () =>
    (await ask(asAsked(queries[0]?.expr ?? '')))
      .map(({ metric: { job, name } }) => job ?? name?.replace(suffix, ''))
      .filter((name) => name === undefined || name.endsWith('service'))
      .sort()
  const names = functionNames.map((name) => services[name].name).sort()
  await expect.poll(shown, patience).toEqual(names)
})

test('the load had no failures', () => {
  expect(load.lost).toEqual([])
  expect([...load.answered.keys()].filter((status) => status >= 500)).toEqual([])
})
