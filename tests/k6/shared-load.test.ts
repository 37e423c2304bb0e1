import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { formatSample } from '../../formats/samples.ts'
import type { Share } from '../../k6-tests/load/generators.ts'
import { freePorts } from '../../local/processes/ports.ts'
import { profiles } from '../../model/load.ts'
import { removeFolder, temporaryFolder } from '../starter/starter.ts'
import { load, oddCheckout, resultsIn } from './checkout.ts'
import { type K6Run, readReport, resultOf, runK6, startTestLab } from './k6.ts'

const firstPort = await freePorts()
await startTestLab({}, { firstPort, functions: ['analytics'], whenDone: afterAll })

const clicks = ['light', '--only', '6', '--duration', '2s', '--first-port', String(firstPort)]
const two = ['--generator', 'k6', '--generator', 'env k6']

test('two generators share a load and write one file of results', async () => {
  const checkout = await oddCheckout()
  const { code, output } = await load({ checkout, args: [...clicks, ...two] })
  expect(output).toContain('2 s of load by 2 generators')
  expect(output).toContain('All thresholds passed.')
  expect(code).toBe(0)
  const results = await resultsIn(join(checkout, 'results'))
  expect(results).toMatchObject([{ verdict: 'passed', generators: ['k6', 'env k6'] }])
  const [report] = results as unknown as [K6Run['report']]
  const { requests, requestsPerSecond, dropped } = resultOf({ report, code, output }, 6)
  // 20 per second, whoever sends them.
  expect(Math.abs(requests - 40)).toBeLessThanOrEqual(2)
  expect(requestsPerSecond).toBeCloseTo(requests / 2, 5)
  expect(dropped).toBe(0)
})

test('a shared load names the generator that fails', async () => {
  const checkout = await oddCheckout()
  const args = [...clicks, ...two, '--generator', 'env no-such-k6']
  const { code, output } = await load({ checkout, args })
  expect(output).toContain('The generator "env no-such-k6" ended with exit code 127.')
  expect(code).toBe(1)
})

const click = { load: 'scenario-6', dueMs: 0, lateMs: 0, outcome: 'ok', phases: {} }

/** The lines of a generator whose clicks took these times, in milliseconds. */
const linesOf = (latencies: number[]): string =>
  latencies
    .map((latencyMs, count) => `${formatSample({ ...click, id: `click-${count}`, latencyMs })}\n`)
    .join('')

/** The summary of such a generator. */
function shareOf(latencies: number[], id: string): Share {
  const record = { id, scenarios: {}, setupMs: 500, settings: {}, choices: {}, machines: {} }
  const lab = { faults: {}, silent: [], coreTimes: {}, k6: '2.2.0' }
  return {
    load: { ...profiles.light, style: 'sync', profile: 'light', seconds: 2, only: 6 },
    urls: {} as Share['urls'],
    commit: 'unknown',
    record: { ...record, ...lab, warmupSeconds: 0, startedAt: '2026-01-01T00:00:00Z' },
    endMs: 2500,
    started: { 6: latencies.length },
    dropped: 0,
    exceptions: 0,
    lateness: { 'p(95)': 1, max: 2 },
    coreUses: [],
  }
}

test('thresholds hold for all samples, not for the mean of percentiles', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
  // The 95th percentiles are 1 and 900 ms, and 450 ms on average, below the limit of 500 ms.
  const parts = [new Array<number>(90).fill(1), new Array<number>(10).fill(900)]
  const files = parts.map((_, index) => join(folder, `${index}.log`))
  const id = `merge-${Date.now()}`
  for (const [index, latencies] of parts.entries())
    await writeFile(files[index] ?? '', linesOf(latencies))
  const shares = join(folder, 'shares.json')
  await writeFile(shares, JSON.stringify(parts.map((latencies) => shareOf(latencies, id))))
  const variables = [`OUTPUTS=${files.join(',')}`, `SHARES=${shares}`].flatMap((it) => ['-e', it])
  const run = await runK6([...variables, 'k6-tests/merge.js'])
  expect(run.code).toBe(99)
  const report = await readReport(run)
  const { requests, latencyMs } = resultOf({ ...run, report }, 6)
  expect(requests).toBe(100)
  expect(latencyMs).toMatchObject({ p50: 1, p95: 900, mean: 90.9 })
  expect(report.verdict).toBe('failed')
  expect(run.output).toContain('p95 900 ms is not under 500 ms')
})
