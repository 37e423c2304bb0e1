import { describe, expect, test } from 'vitest'
import { readMetrics } from '../../formats/metrics-text.ts'
import { callsOf, type FunctionName, functionNames, hasDatabase } from '../../model/services.ts'
import { sumIfAny } from '../service-metrics.ts'
import { send, style } from './exchange.ts'

const read = async (service: FunctionName) =>
  String((await send({ service, method: 'GET', path: '/metrics' })).body)

/** The sum of a metric's samples that have all of these labels. */
const sum = (text: string, name: string, labels: Record<string, string>) =>
  sumIfAny(readMetrics(text), name, labels)

type Paths = Record<string, Record<string, { responses: object }>>

/** The counted routes of a service, from its OpenAPI document. */
async function routesOf(service: FunctionName) {
  const { body } = await send({ service, method: 'GET', path: '/openapi.json' })
  return Object.entries((body as { paths: Paths }).paths)
    .filter(([path]) => path !== '/health' && path !== '/ready')
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => ({
        method: method.toUpperCase(),
        handler: path.replace(/{(\w+)}/, ':$1'),
        responses,
      })),
    )
}

describe.each(functionNames)('metrics of %s', (service) => {
  test('have the metrics that dashboards query', async () => {
    const metrics = await read(service)
    for (const [name, type] of [
      ['http_requests_total', 'counter'],
      ['http_request_duration_seconds', 'histogram'],
      ['http_requests_in_progress', 'gauge'],
      ['slots_in_use', 'gauge'],
      ['slots_limit', 'gauge'],
      ['slot_queue_length', 'gauge'],
      ['slot_queue_limit', 'gauge'],
      ['slot_wait_seconds', 'histogram'],
      ['slot_refusals_total', 'counter'],
      ['process_cpu_seconds_total', 'counter'],
      ['process_resident_memory_bytes', 'gauge'],
      ['log_lines_dropped_total', 'counter'],
      ['lab_setting', 'gauge'],
      ['lab_setting_info', 'gauge'],
    ])
      expect(metrics).toContain(`# TYPE ${name} ${type}\n`)
  })

  test('count every route and outcome from the start', async () => {
    const metrics = await read(service)
    for (const { method, handler, responses } of await routesOf(service)) {
      const [success = ''] = Object.keys(responses)
      const designed = '400' in responses ? ['400'] : []
      const count = (name: string, status: string) =>
        sum(metrics, name, { method, handler, status })
      for (const status of [success, ...designed, '499', '500', '503'])
        expect.soft(count('http_requests_total', status), `${handler} ${status}`).toBeDefined()
      // Histograms of served requests exist at 0, so that a rate includes the first response.
      for (const status of [success, ...designed])
        expect
          .soft(count('http_request_duration_seconds_count', status), `${handler} ${status}`)
          .toBeDefined()
    }
  })

  test('measure calls to other services from the start', async () => {
    const metrics = await read(service)
    for (const target of callsOf(service, style))
      expect(
        sum(metrics, 'outgoing_call_duration_seconds_count', { target, outcome: '2xx' }),
      ).toBeDefined()
  })

  test('count dropped log lines and spans from the start', async () => {
    const metrics = await read(service)
    expect(sum(metrics, 'log_lines_dropped_total', {})).toBe(0)
    for (const reason of ['queue_full', 'unreachable', 'timeout', 'refused', 'rejected'])
      expect(sum(metrics, 'spans_dropped_total', { reason }), reason).toBe(0)
  })

  test('exclude probes and documentation', async () => {
    for (const path of ['/health', '/ready', '/metrics', '/openapi.json', '/docs'])
      await send({ service, method: 'GET', path })
    expect(await read(service)).not.toMatch(/handler="\/(health|ready|metrics|openapi\.json|docs)/)
  })
})

test('counts requests by route pattern, never by path', async () => {
  const labels = { method: 'GET', handler: '/products/:product_id', status: '200' }
  const before = sum(await read('product'), 'http_requests_total', labels) ?? 0
  await send({ service: 'product', method: 'GET', path: '/products/1' })
  await send({ service: 'product', method: 'GET', path: '/products/2' })
  const metrics = await read('product')
  expect(sum(metrics, 'http_requests_total', labels)).toBe(before + 2)
  expect(metrics).not.toMatch(/(handler|route)="\/products\/1"/)
})

test('counts dropped log lines from the start', async () => {
  expect(await read('user')).toMatch(/^log_lines_dropped_total \d+$/m)
})

test('shows the clock of the report budget', async () => {
  expect(await read('report')).toMatch(
    /^lab_setting_info\{name="REPORT_BUDGET",value="(cpu|wall)"\} 1$/m,
  )
})

test('sorts durations into their buckets', async () => {
  await send({ service: 'payment', path: '/process_payment', body: { amount: 1 } })
  const metrics = await read('payment')
  const edges = [...metrics.matchAll(/http_request_duration_seconds_bucket\{le="([^"]+)"/g)].map(
    ([, edge]) => edge,
  )
  expect(edges).toEqual(expect.arrayContaining(['0.001', '0.5', '2', '10', '30']))
})

test('separates refusals from durations of served requests', async () => {
  const status = style === 'async' ? '202' : '200'
  const labels = { method: 'POST', handler: '/process_payment', status }
  const durations = async () =>
    sum(await read('payment'), 'http_request_duration_seconds_count', labels)
  const before = (await durations()) ?? 0
  await send({ service: 'payment', path: '/process_payment', body: { amount: -1 } })
  await send({ service: 'payment', path: '/process_payment', body: { amount: 1 } })
  expect(await durations()).toBe(before + 1)
})

test.runIf(style === 'sync')('counts calls by target and outcome', async () => {
  await send({ service: 'product', method: 'PUT', path: '/products/1', body: {} })
  const metrics = await read('product')
  for (const target of ['search', 'cache', 'analytics'])
    expect(
      sum(metrics, 'outgoing_call_duration_seconds_count', { target, outcome: '2xx' }),
    ).toBeGreaterThan(0)
})

test.each(functionNames.filter((name) => hasDatabase(name, style)))(
  '%s shows its database pool',
  async (service) => {
    const metrics = await read(service)
    for (const name of ['connections_in_use', 'connections_idle', 'connections_limit', 'waiting'])
      expect(metrics).toMatch(new RegExp(`^db_pool_${name} \\d+$`, 'm'))
  },
)

test('1,000 unknown paths share one line', async () => {
  const ask = (path: string) => send({ service: 'search', method: 'GET', path })
  // Checks of health and scrapes may be the first of their kind meanwhile.
  const isOfUnknown = (line: string) => line.startsWith('http_') && line.includes('status="404"')
  const lines = async () => (await read('search')).split('\n').filter(isOfUnknown).length
  await ask('/unknown')
  const before = await lines()
  expect(before).toBeGreaterThan(0)
  for (let round = 0; round < 20; round++)
    await Promise.all(Array.from({ length: 50 }, (_, index) => ask(`/unknown-${round}-${index}`)))
  expect(await lines()).toBe(before)
})
