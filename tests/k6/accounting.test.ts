import { afterAll, expect, test } from 'vitest'
import { scenarios } from '../../k6-tests/load/scenarios.ts'
import { countsOf, lowerBound } from './histogram.ts'
import { type K6Run, resultOf, runK6, runScript, startTestLab } from './k6.ts'

const sync = 'script-sync.js'
// Runs that change nothing in it share this lab.
const faults = { FAULTS: '{"cache":{"latency":"20"}}' }
const sharedLab = await startTestLab(faults, { whenDone: afterAll })

const short = ['-e', 'PROFILE=light', '-e', 'DURATION=4s']

const brief = ['-e', 'PROFILE=light', '-e', 'DURATION=2s']

const isLatency = (condition: string) => condition.startsWith('p(95)')

/** The scenarios whose p95 is above its limit, or of which too many requests failed. */
const missed = ({ report }: K6Run, what: 'latency' | 'success') =>
  report.scenarios
    .filter(({ thresholds }) =>
      thresholds.some(
        ({ condition, held }) => !held && isLatency(condition) === (what === 'latency'),
      ),
    )
    .map(({ scenario }) => scenario)

// Those that an idle lab need not have.
const waits = ['queue', 'worker']

// Of `Server-Timing`, in milliseconds, for each of at most seven phases.
const rounding = 0.7

test('a healthy lab passes, and its own counters agree', async () => {
  const lab = await startTestLab()
  const run = await runScript(sync, lab, [...short, '-e', 'COMMIT=0123abc'])
  expect(run.output).toContain('All thresholds passed.')
  expect(run.code).toBe(0)
  expect(run.report.checks.filter(({ fails }) => fails > 0)).toEqual([])
  for (const scenario of scenarios) {
    const { requests, latencyMs, failures, phasesMs } = resultOf(run, scenario.number)
    expect(requests).toBeGreaterThan(0)
    expect(failures).toEqual({})
    for (const phase of scenario.phases.filter((name) => !waits.includes(name)))
      expect(phasesMs[phase]?.mean).toBeGreaterThan(0)
    const buckets = await countsOf(lab.urls[scenario.function], scenario)
    expect(buckets.total).toBe(requests)
    // A client waits longer than the service counts.
    expect((latencyMs?.p95 ?? 0) / 1000).toBeGreaterThan(lowerBound(buckets, 0.95))
    const counted = Object.values(phasesMs).reduce((sum, { mean }) => sum + mean, 0)
    expect(latencyMs?.mean).toBeGreaterThan(counted - rounding)
    if (scenario.waitsFor) expect(latencyMs?.mean).toBeLessThan(2 * counted)
  }
  expect(run.report.commit).toBe('0123abc')
  expect(run.report.k6).toMatch(/^\d/)
  expect(run.report.settings.payment?.PAYMENT_DELAY_MS).toBe(200)
  expect(run.report.machines.payment).toMatchObject({ runtime: expect.stringContaining('node') })
})

test('--duration plays the six scenarios in turn', async () => {
  const run = await runScript(sync, sharedLab, ['--duration', '1s'])
  expect(run.code).toBe(0)
  expect(run.report.scenarios.map(({ requests }) => requests > 0)).toEqual(Array(6).fill(true))
  expect(run.output).toContain('in turn')
  expect(run.report.commit).toBe('unknown')
})

test('ONLY=3 judges the third scenario, and the summary names injected faults', async () => {
  const run = await runScript(sync, sharedLab, ['-e', 'ONLY=3', '-e', 'DURATION=1s'])
  expect(run.code).toBe(0)
  expect(run.report.scenarios.map(({ scenario }) => scenario)).toEqual([3])
  expect(run.output).toContain('Injected faults: cache {"latency":"20"}')
  expect(run.report.faults).toEqual({ cache: { latency: '20' } })
})

test('with one slot, the summary names slow scenarios and their queue', async () => {
  const lab = await startTestLab({ CONCURRENCY: '1', PAYMENT_DELAY_MS: '2000' })
  // So few requests that no other queue becomes long, however busy the machine is.
  const run = await runScript(sync, lab, short)
  expect(run.code).toBe(99)
  // The payments of sagas wait in the same queue.
  expect(missed(run, 'latency')).toEqual([2, 5])
  expect(missed(run, 'success')).toEqual([])
  expect(run.output).toMatch(
    /2 payment \+ external API: p95 .+ is not under 3\.00 s; on average queue \d/,
  )
  expect(run.output).toMatch(/5 order saga: p95 .+ is not under 1\.00 s; on average .+ payment \d/)
})

test('a payment that succeeds is a failure of the saga', async () => {
  const lab = await startTestLab({ PAYMENT_OUTCOME: 'succeed' }, { functions: ['order'] })
  const run = await runScript(sync, lab, [...brief, '-e', 'ONLY=5'])
  expect(run.code).toBe(99)
  expect(missed(run, 'success')).toEqual([5])
  expect(Object.keys(resultOf(run, 5).failures)).toEqual(['completed'])
  expect(run.output).toContain('the order completed, its payment did not fail')
})

test('timeouts, refusals and lost connections are counted separately', async () => {
  const settings = { CONCURRENCY: '1', QUEUE_LIMIT: '0', PAYMENT_DELAY_MS: '300' }
  const lab = await startTestLab(settings, { functions: ['payment'] })
  const refused = await runScript(sync, lab, [...brief, '-e', 'ONLY=2'])
  expect(Object.keys(resultOf(refused, 2).failures)).toEqual(['no_slot'])
  const late = await runScript(sync, lab, [...brief, '-e', 'ONLY=2', '-e', 'TIMEOUT=100ms'])
  expect(Object.keys(resultOf(late, 2).failures)).toContain('timeout')
  await lab.services.find(({ name }) => name === 'payment')?.kill()
  const gone = await runK6([
    '-e',
    'ONLY=2',
    '-e',
    `PAYMENT_SERVICE_URL=${lab.urls.payment}`,
    `k6-tests/${sync}`,
  ])
  expect(gone.code).toBe(107)
  expect(gone.output).toContain('No lab answers')
})

// The last one, as the shared lab is not whole afterwards.
test('a dead service fails its own scenarios only', async () => {
  await sharedLab.services.find(({ name }) => name === 'email')?.kill()
  const run = await runScript(sync, sharedLab, short)
  expect(run.code).toBe(99)
  expect(missed(run, 'success')).toEqual([1])
  const { requests, failures } = resultOf(run, 1)
  expect(failures).toEqual({ email: requests })
  expect(run.output).toContain(
    `1 registration + e-mail: ${requests} of ${requests} failed: warning: the call to email failed`,
  )
  // The saga answers 400 as usual, but its payment was not refused.
  await sharedLab.services.find(({ name }) => name === 'payment')?.kill()
  const orders = await runScript(sync, sharedLab, [...brief, '-e', 'ONLY=5'])
  expect(orders.code).toBe(99)
  expect(Object.keys(resultOf(orders, 5).failures)).toEqual(['payment_unknown'])
})
