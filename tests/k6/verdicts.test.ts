import type { ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/scenarios.ts'
import type { Lab } from '../../local/lab.ts'
import { countsOf } from './histogram.ts'
import { type K6Run, resultOf, runK6, runScript, startTestLab, urlsOf } from './k6.ts'

const sync = 'script-sync.js'
const clicks = ['-e', 'PROFILE=light', '-e', 'ONLY=6']

/** A run that was not judged: nothing in it sounds as if it had been. */
function expectNotJudged({ output, report }: K6Run, reason: string | RegExp): void {
  expect(report.verdict).toBe('not judged')
  expect(report.notJudged).toMatch(reason)
  expect(output).toContain(`Not judged: ${report.notJudged}.`)
  expect(output).not.toMatch(/passed|FAILED|All limits|Limits were missed/)
}

/** Sends k6 a signal once a service has answered so many requests of a scenario. */
const stopAfter =
  (lab: Lab, scenario: number, count: number, signal: NodeJS.Signals) =>
  async (k6: ChildProcess) => {
    const { function: service } = scenarioOf(scenario)
    while ((await countsOf(lab.urls[service], scenarioOf(scenario))).total < count)
      await setTimeout(50)
    k6.kill(signal)
  }

test('a run without thresholds is not judged', async () => {
  const lab = await startTestLab()
  const run = await runScript(sync, lab, [...clicks, '-e', 'DURATION=1s', '--no-thresholds'])
  expectNotJudged(run, /^thresholds were off \(--no-thresholds\)$/)
  expect(resultOf(run, 6).requests).toBeGreaterThan(10)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a run that %s interrupts is not judged, and its rates are of the time that passed',
  async (signal) => {
    const lab = await startTestLab()
    const run = await runScript(
      sync,
      lab,
      [...clicks, '-e', 'DURATION=30s'],
      stopAfter(lab, 6, 40, signal),
    )
    expect(run.code).toBe(105)
    expectNotJudged(run, /^the run was interrupted after \d\.\d s of 30 s$/)
    // 20 clicks a second arrive, in 2 s of 30.
    expect(run.report.loadSeconds).toBeLessThan(10)
    expect(resultOf(run, 6).requestsPerSecond).toBeGreaterThan(12)
    expect(resultOf(run, 6).requestsPerSecond).toBeLessThan(24)
  },
)

test('a run that ends while requests are under way is not judged', async () => {
  const lab = await startTestLab({ PAYMENT_DELAY_MS: '8000' })
  const payments = ['-e', 'PROFILE=light', '-e', 'ONLY=2', '-e', 'DURATION=1s']
  const run = await runScript(sync, lab, payments, async (k6) => {
    const underWay = /^http_requests_in_progress\S* [1-9]/m
    while (!underWay.test(await (await fetch(`${lab.urls.payment}/metrics`)).text()))
      await setTimeout(50)
    // For its second load comes, after that k6 waits for the answers.
    await setTimeout(1500)
    k6.kill('SIGINT')
  })
  expect(run.code).toBe(105)
  expectNotJudged(run, /^2 requests had no answer when it ended$/)
})

test('a run whose script threw is not judged, and fails', async () => {
  const lab = await startTestLab()
  const throwing = ['--throw', '-e', 'TIMEOUT=50ms', '-e', 'PROFILE=light', '-e', 'DURATION=1s']
  const run = await runScript(sync, lab, [...throwing, '-e', 'ONLY=2'])
  expect(run.code).toBe(99)
  expectNotJudged(run, /^the script threw \d+ exceptions?; k6 has logged them$/)
})

test('a run whose answers k6 discards is judged by them all the same', async () => {
  const lab = await startTestLab()
  const args = [...clicks, '-e', 'DURATION=1s', '--discard-response-bodies']
  const run = await runScript(sync, lab, args)
  expect(resultOf(run, 6).failures).toEqual({})
  expect(run).toMatchObject({ code: 0, report: { verdict: 'passed' } })
})

test('iterations that were not played are said so', async () => {
  const lab = await startTestLab()
  const args = ['-e', 'ONLY=6', '--iterations', '50', '--duration', '2s']
  const run = await runScript(sync, lab, args)
  expectNotJudged(run, /^only [123] of 50 iterations were played$/)
  const all = await runScript(sync, lab, ['-e', 'ONLY=6', '--iterations', '2', '--vus', '2'])
  expect(all).toMatchObject({ code: 0, report: { verdict: 'passed' } })
  expect(all.output).toContain('Scenario 6 alone: 2 iterations by 2 users')
})

test('figures that k6 keeps from the script are not judged', async () => {
  const lab = await startTestLab()
  const args = [...clicks, '-e', 'DURATION=1s', '--new-machine-readable-summary']
  const { output } = await runK6([...urlsOf(lab), ...args, `k6-tests/${sync}`])
  expect(output).toContain('Not judged: --new-machine-readable-summary')
  expect(output).not.toMatch(/passed|All limits/)
})

const refused = [
  ['--summary-trend-stats=avg,p(95)', 'what the results need: min, med, p(90), p(99), max, count'],
  ['--rps=10', '--rps makes the load another'],
  ['--min-iteration-duration=2s', '--min-iteration-duration makes the load another'],
  ['--execution-segment=0:1/2', '--execution-segment makes the load another'],
  ['--duration=1s', 'instead of PROFILE: leave one of the two out'],
  ['--stage=1s:1', 'instead of PROFILE: leave one of the two out'],
] as const

test('an option that makes it another load is refused before the load begins', async () => {
  const lab = await startTestLab()
  for (const [option, reason] of refused) {
    const { code, output } = await runK6([...urlsOf(lab), ...clicks, option, `k6-tests/${sync}`])
    expect.soft(code, option).toBe(107)
    expect.soft(output).toContain(reason)
    expect.soft(output).not.toMatch(/passed|All limits/)
  }
  expect((await countsOf(lab.urls.analytics, scenarioOf(6))).total).toBe(0)
})

test('a lab that hangs is said not to answer before the setup takes too long', async () => {
  const lab = await startTestLab()
  for (const { pid } of lab.services) process.kill(pid, 'SIGSTOP')
  const { code, output } = await runK6([...urlsOf(lab), ...clicks, `k6-tests/${sync}`])
  for (const { pid } of lab.services) process.kill(pid, 'SIGCONT')
  expect(code).toBe(107)
  expect(output).toContain('No lab answers')
  expect(output).toContain('Nothing was measured')
})
