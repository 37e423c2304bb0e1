import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { foreignMetrics, metrics } from '../model/metrics.ts'
import type { StyleName } from '../model/styles.ts'
import { rowsOf } from './grafana/dashboard.ts'

type RuleFile = { groups: { rules: { record?: string; expr: string }[] }[] }
type TestFile = {
  tests: {
    input_series: { series: string }[]
    promql_expr_test?: { expr: string }[]
  }[]
}

const read = async (file: string) =>
  parse(await readFile(new URL(`prometheus/${file}`, import.meta.url), 'utf8'), {
    maxAliasCount: -1,
  })

const ruleFiles: RuleFile[] = await Promise.all(
  ['rules/alerts.yml', 'rules/messages.yml', 'rules/recording.yml'].map(read),
)
const rules = ruleFiles.flatMap(({ groups }) => groups).flatMap((group) => group.rules)
const testFiles: TestFile[] = await Promise.all(
  ['tests/panels.test.yml', 'tests/rules.test.yml', 'tests/messages.test.yml'].map(read),
)
const cases = testFiles.flatMap(({ tests }) => tests)

const queriesOf = (style: StyleName) =>
  rowsOf(style).flatMap((row) => row.panels.flatMap((panel) => panel.queries))

const known = new Set<string>([
  ...Object.values(metrics).flatMap(({ name }) =>
    ['', '_bucket', '_sum', '_count'].map((suffix) => name + suffix),
  ),
  ...Object.values(foreignMetrics),
  ...rules.flatMap(({ record = [] }) => record),
])

const operators = ['or', 'and', 'unless', 'by', 'without', 'sum', 'min', 'max', 'count']

/**
 * The names of metrics in a PromQL expression: what is left without strings, labels, ranges and
 * functions.
 */
function namesIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without) *\([^)]*\)/g, '')
  const names = bare.match(/(?<![\w:])[a-zA-Z_:][\w:]*(?![\w:]*\()/g) ?? []
  return names.filter((name) => !operators.includes(name))
}

test.each([
  ['panels', queriesOf('sync')],
  ['asynchronous panels', queriesOf('async')],
  ['rules', rules],
  ['tests of promtool', cases.flatMap(({ promql_expr_test = [] }) => promql_expr_test)],
  [
    'series of promtool',
    cases.flatMap((it) => it.input_series.map(({ series: expr }) => ({ expr }))),
  ],
])('%s ask for metrics that services export', (_, queries) => {
  const names = new Set(queries.flatMap(({ expr }) => namesIn(expr)))
  expect(names.size).toBeGreaterThan(2)
  expect([...names].filter((name) => !known.has(name))).toEqual([])
})
