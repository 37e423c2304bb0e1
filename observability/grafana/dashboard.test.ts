import { readFile } from 'node:fs/promises'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { metrics } from '../../model/metrics.ts'
import { functionNames, services } from '../../model/services.ts'
import { type StyleName, styles } from '../../model/styles.ts'
import { buildDashboard, dashboardFileOf, printDashboard, rowsOf } from './dashboard.ts'
import { datasource } from './panel.ts'

const styleNames = Object.keys(styles) as StyleName[]
const queriesOf = (style: StyleName) =>
  rowsOf(style)
    .flatMap((row) => row.panels)
    .flatMap((panel) => panel.queries)

/** Normalises white space: YAML folds long lines. */
const plain = (expr: string) => expr.replaceAll(/\s/g, '')

describe.each(styleNames)('%s', (style) => {
  const panels = (buildDashboard(style).panels ?? []).filter(
    (panel): panel is Panel => panel.type !== 'row',
  )
  const queries = queriesOf(style)

  test('the committed dashboard is up to date', async () => {
    expect(await readFile(dashboardFileOf(style), 'utf8')).toBe(printDashboard(style))
  })

  test('published panels keep their titles', () => {
    expect(panels.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'Total Request Rate (all services)',
        'Overall Error Rate (5xx errors)',
        'Request Rate per Service (RPS)',
        'Error Rate per Service (HTTP 5xx)',
        'P95 Latency per Service',
        'CPU Usage per Container (%)',
        'Memory Usage per Container (MB)',
        'Scenario 1: User Registration + Email latency',
        'Scenario 2: Payment Processing latency',
        'Scenario 3: Fan-Out Flow request rates',
        'Scenario 4: CPU-Intensive task CPU usage',
        'Scenario 5: Saga Pattern request rates',
        'Scenario 6: High-Throughput click tracking RPS',
      ]),
    )
  })

  test('every panel has a unique title, a description and a unique position', () => {
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
    expect(panels.filter(({ description = '' }) => description === '')).toEqual([])
    expect(new Set(panels.map(({ gridPos }) => `${gridPos?.x} ${gridPos?.y}`)).size).toBe(
      panels.length,
    )
  })

  test.each(panels)('$title has room for its legend, a table on the right', (panel) => {
    expect(panel.gridPos?.w).toBeGreaterThanOrEqual(12)
    expect(panel.options).toMatchObject({
      legend: { displayMode: 'table', placement: 'right' },
      tooltip: { mode: 'multi', sort: 'desc' },
    })
    expect(panel).toMatchObject({ datasource })
  })

  test('all panels share crosshair and tooltip', () => {
    expect(buildDashboard(style).graphTooltip).toBe(2)
  })

  test('a filter shows one replica', () => {
    const { templating } = buildDashboard(style)
    expect(templating?.list).toMatchObject([{ type: 'adhoc', name: 'instance', datasource }])
  })

  test('every panel adds up the replicas', () => {
    const perReplica = queries.filter(({ expr }) => !/\b(sum|max|min|count)\b/.test(expr))
    expect(perReplica).toEqual([])
  })

  test('every rate uses the interval that Grafana chooses', () => {
    const ranges = queries.flatMap(({ expr }) => expr.match(/\[[^\]]+\]/g) ?? [])
    expect(new Set(ranges)).toEqual(new Set(['[$__rate_interval]']))
    expect(queries.filter(({ expr }) => /rate\d/.test(expr))).toEqual([])
  })

  test('every latency covers served requests only', () => {
    const latencies = queries.filter(({ expr }) => expr.includes('request_duration_seconds'))
    expect(latencies.length).toBeGreaterThan(10)
    for (const { expr } of latencies) expect(expr).toMatch(/status=~?"2/)
  })

  test('the axis of a ratio ends at 100 %', () => {
    const shares = panels.filter(({ fieldConfig }) => fieldConfig?.defaults.unit === 'percentunit')
    expect(shares.length).toBeGreaterThan(1)
    for (const { fieldConfig } of shares)
      expect(fieldConfig?.defaults).toMatchObject({ min: 0, max: 1 })
  })

  test.each([metrics.slotsLimit, metrics.slotQueueLimit, metrics.poolLimit])(
    '$name is drawn as a dashed line',
    ({ name: metric }) => {
      const panel = panels.find(({ targets = [] }) => JSON.stringify(targets).includes(metric))
      const limits = (panel?.targets ?? []).flatMap((target) => {
        const { refId, expr } = target as unknown as { refId: string; expr: string }
        return expr.includes(metric) ? [refId] : []
      })
      expect(limits).toHaveLength(2)
      for (const options of limits)
        expect(panel?.fieldConfig?.overrides).toContainEqual({
          matcher: { id: 'byFrameRefID', options },
          properties: expect.arrayContaining([
            { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
          ]),
        })
    },
  )

  test('values of different magnitudes have a logarithmic axis', () => {
    const custom = (title: string) =>
      panels.find((panel) => panel.title === title)?.fieldConfig?.defaults
    expect(custom('P95 Latency per Service')).toMatchObject({
      custom: { scaleDistribution: { type: 'log', log: 10 } },
    })
    expect(custom('P95 Latency per Service')).not.toHaveProperty('min')
    expect(custom('Queue for a slot')).toMatchObject({
      custom: { scaleDistribution: { type: 'symlog', linearThreshold: 1 } },
    })
  })

  test('the dashboard queries existing services only', () => {
    const asked = [...printDashboard(style).matchAll(/job=\\"(\w+)\\"/g)].map(([, job]) => job)
    const known = functionNames.map((name) => services[name].name)
    expect(asked.length).toBeGreaterThan(10)
    for (const job of asked) expect(known).toContain(job)
  })

  test('an axis does not end at 100 if all values are 0', () => {
    for (const { title, fieldConfig } of panels)
      if (!JSON.stringify(fieldConfig).includes('"log"'))
        expect.soft(fieldConfig?.defaults.custom?.axisSoftMax, title).toBeLessThanOrEqual(1)
  })
})

test('promtool tests the same queries as the panels use', async () => {
  const file = new URL('../prometheus/tests/panels.test.yml', import.meta.url)
  const { tests } = parse(await readFile(file, 'utf8'), { maxAliasCount: -1 }) as {
    tests: { promql_expr_test: { expr: string }[] }[]
  }
  const queries = styleNames.flatMap(queriesOf)
  const asked = queries.map(({ expr }) => plain(expr.replaceAll('$__rate_interval', '20s')))
  const tested = tests.flatMap(({ promql_expr_test }) => promql_expr_test)
  for (const { expr } of tested) expect(asked).toContain(plain(expr))
})

test('the data source has the scrape interval of Prometheus', async () => {
  const read = async (path: string) =>
    parse(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'))
  const { datasources } = await read('grafana/provisioning/datasources/prometheus.yml')
  const { global } = await read('prometheus/prometheus.yml')
  expect(datasources[0].jsonData.timeInterval).toBe(global.scrape_interval)
})
