import type { ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/load/scenarios.ts'
import { postsInProgress } from '../service-metrics.ts'
import { countFrom } from './histogram.ts'
import { type K6Run, resultOf, runK6, runScript, startTestLab, urlsOf } from './k6.ts'
import { urlsAt } from './plan.ts'

const sync = 'script-sync.js'
// Runs that change nothing in it share this lab.
const lab = await startTestLab({}, { functions: ['analytics', 'payment'], whenDone: afterAll })
const clicks = ['-e', 'PROFILE=light', '-e', 'ONLY=6']

/** Expects a run to be not judged, without a word of success or failure. */
function expectNotJudged({ output, report }: K6Run, reason: string | RegExp): void {
  expect(report.verdict).toBe('not judged')
  expect(report.notJudged).toMatch(reason)
  expect(output).toContain(`Not judged: ${report.notJudged}.`)
  expect(output).not.toMatch(/passed|FAILED|Thresholds failed/)
}

/** Sends k6 a signal once a service has answered this many clicks. */
const stopAfter = (count: number, signal: NodeJS.Signals) => async (k6: ChildProcess) => {
  const counted = await countFrom(lab.urls.analytics, scenarioOf(6))
  while ((await counted()) < count) await setTimeout(50)
  k6.kill(signal)
}

test('a run without thresholds is not judged', async () => {
  const run = await runScript(sync, lab, [...clicks, '-e', 'DURATION=1s', '--no-thresholds'])
  expectNotJudged(run, /^thresholds were off \(--no-thresholds\)$/)
  expect(resultOf(run, 6).requests).toBeGreaterThan(10)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a run that %s interrupts is not judged and uses the elapsed time',
  async (signal) => {
    const args = [...clicks, '-e', 'DURATION=12s']
    const run = await runScript(sync, lab, args, stopAfter(80, signal))
    expect(run.code).toBe(105)
    expectNotJudged(run, /^the run was interrupted after \d\.\d s of 12 s$/)
    // 20 clicks per second arrive for 4 s of 12, after the first 2 s are counted.
    expect(run.report.loadSeconds).toBeLessThan(10)
    expect(resultOf(run, 6).requestsPerSecond).toBeGreaterThan(12)
    expect(resultOf(run, 6).requestsPerSecond).toBeLessThan(24)
  },
)

test('a run that ends with requests in progress is not judged', async () => {
  const lab = await startTestLab({ PAYMENT_DELAY_MS: '8000' }, { functions: ['payment'] })
  const payments = ['-e', 'PROFILE=light', '-e', 'ONLY=2', '-e', 'DURATION=1s']
  const run = await runScript(sync, lab, payments, async (k6) => {
    while ((await postsInProgress(lab.urls.payment)) === 0) await setTimeout(50)
    // The load ends after a second; then k6 waits for the responses.
    await setTimeout(1500)
    k6.kill('SIGINT')
  })
  expect(run.code).toBe(105)
  expectNotJudged(run, /^2 requests had no response when it ended$/)
})

test('a run whose script threw is not judged and fails', async () => {
  const throwing = ['--throw', '-e', 'TIMEOUT=50ms', '-e', 'PROFILE=light', '-e', 'DURATION=1s']
  // It would throw before the load at a service that is not there.
  const { analytics, payment } = lab.urls
  const urls = { ...urlsAt(analytics), payment }
  const run = await runScript(sync, { ...lab, urls }, [...throwing, '-e', 'ONLY=2'])
  expect(run.code).toBe(99)
  expectNotJudged(run, /^the script threw \d+ exceptions?; k6 has logged them$/)
})

test('--discard-response-bodies does not affect the verdict', async () => {
  const args = [...clicks, '-e', 'DURATION=1s', '--discard-response-bodies']
  const run = await runScript(sync, lab, args)
  expect(resultOf(run, 6).failures).toEqual({})
  expect(run).toMatchObject({ code: 0, report: { verdict: 'passed' } })
})

test('reports iterations that were not played', async () => {
  const args = ['-e', 'ONLY=6', '--iterations', '50', '--duration', '2s']
  const run = await runScript(sync, lab, args)
  expectNotJudged(run, /^only [123] of 50 iterations were played$/)
  const all = await runScript(sync, lab, ['-e', 'ONLY=6', '--iterations', '2', '--vus', '2'])
  expect(all).toMatchObject({ code: 0, report: { verdict: 'passed' } })
  expect(all.output).toContain('Scenario 6 alone: 2 iterations by 2 users')
})

test('a run without figures for the script is not judged', async () => {
  const args = [...clicks, '-e', 'DURATION=1s', '--new-machine-readable-summary']
  const { output } = await runK6([...urlsOf(lab), ...args, `k6-tests/${sync}`])
  expect(output).toContain('Not judged: --new-machine-readable-summary')
  expect(output).not.toMatch(/passed/)
})

const refused = [
  [
    '--summary-trend-stats=avg,p(95)',
    'values that the results need: min, med, p(90), p(99), max, count',
  ],
  ['--rps=10', '--rps changes the load'],
  ['--min-iteration-duration=2s', '--min-iteration-duration changes the load'],
  ['--execution-segment=0:1/2', '--execution-segment changes the load'],
  ['--duration=1s', 'instead of PROFILE: omit one of the two'],
  ['--stage=1s:1', 'instead of PROFILE: omit one of the two'],
] as const

test('refuses an option that changes the load before it begins', async () => {
  const counted = await countFrom(lab.urls.analytics, scenarioOf(6))
  for (const [option, reason] of refused) {
    const { code, output } = await runK6([...urlsOf(lab), ...clicks, option, `k6-tests/${sync}`])
    expect.soft(code, option).toBe(107)
    expect.soft(output).toContain(reason)
    expect.soft(output).not.toMatch(/passed/)
  }
  expect(await counted()).toBe(0)
})

test('reports a lab that hangs before the setup times out', async () => {
  const signal = (name: NodeJS.Signals) => {
    for (const { pid } of lab.services) process.kill(pid, name)
  }
  signal('SIGSTOP')
  onTestFinished(() => signal('SIGCONT'))
  const { code, output } = await runK6([...urlsOf(lab), ...clicks, `k6-tests/${sync}`])
  expect(code).toBe(107)
  expect(output).toContain('No lab answers')
  expect(output).toContain('No data')
})
