import { Counter, Gauge, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { bucketsOf, sumOf } from '../tests/metric-sums.ts'
import { readMetrics, samplesOf, valuesBy } from './metrics-text.ts'

const text = `# HELP requests_total All requests.
# TYPE requests_total counter
requests_total{method="GET",path="/a b"} 3
requests_total{method="POST",path="/{id}"} 4 1700000000000
duration_bucket{le="+Inf"} +Inf
up 1
lab_setting{name="EMAIL_DELAY_MS"} 500
lab_setting{name="REPORT_CPU_SECONDS"} 0.3
`

test('reads names, labels and values', () => {
  expect(readMetrics(text)).toEqual([
    { name: 'requests_total', labels: { method: 'GET', path: '/a b' }, value: 3 },
    { name: 'requests_total', labels: { method: 'POST', path: '/{id}' }, value: 4 },
    { name: 'duration_bucket', labels: { le: '+Inf' }, value: Infinity },
    { name: 'up', labels: {}, value: 1 },
    { name: 'lab_setting', labels: { name: 'EMAIL_DELAY_MS' }, value: 500 },
    { name: 'lab_setting', labels: { name: 'REPORT_CPU_SECONDS' }, value: 0.3 },
  ])
})

test('reads the metrics that are needed', () => {
  const found = readMetrics(text, ['lab_', 'up'])
  expect(found.map(({ name, value }) => [name, value])).toEqual([
    ['up', 1],
    ['lab_setting', 500],
    ['lab_setting', 0.3],
  ])
  expect(readMetrics(text, ['total'])).toEqual([])
})

test('selects by labels and sums over the others', () => {
  const samples = readMetrics(text)
  expect(sumOf(samples, 'requests_total')).toBe(7)
  expect(sumOf(samples, 'requests_total', { method: 'POST' })).toBe(4)
  expect(sumOf(samples, 'requests')).toBe(0)
  expect(samplesOf(samples, 'requests_total', { method: 'PUT' })).toEqual([])
  expect(valuesBy(samples, 'lab_setting', 'name')).toEqual(
    new Map([
      ['EMAIL_DELAY_MS', 500],
      ['REPORT_CPU_SECONDS', 0.3],
    ]),
  )
})

test('reads what prom-client writes', async () => {
  const registers = [new Registry()]
  const odd = 'quote " backslash \\ newline \n brace }'
  new Counter({ name: 'odd_total', help: 'Odd.', labelNames: ['text'], registers }).inc(
    { text: odd },
    2,
  )
  new Gauge({ name: 'plain', help: 'Plain.', registers }).set(-1.5e-7)
  expect(readMetrics((await registers[0]?.metrics()) ?? '')).toEqual([
    { name: 'odd_total', labels: { text: odd }, value: 2 },
    { name: 'plain', labels: {}, value: -1.5e-7 },
  ])
})

test('adds up the buckets of several series', () => {
  const samples = readMetrics(`wait_bucket{le="0.5",route="/a"} 1
wait_bucket{le="+Inf",route="/a"} 3
wait_bucket{le="0.5",route="/b"} 4
wait_bucket{le="+Inf",route="/b"} 4
`)
  expect([...bucketsOf(samples, 'wait')]).toEqual([
    [0.5, 5],
    [Infinity, 7],
  ])
  expect(bucketsOf(samples, 'wait', { route: '/a' }).get(Infinity)).toBe(3)
})
