import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/scenarios.ts'
import { countsOf } from './histogram.ts'
import { runK6, runScript, startTestLab, urlsOf } from './k6.ts'

const capacity = 'capacity.js'
const given = (...variables: string[]) => variables.flatMap((variable) => ['-e', variable])
const slots = { CONCURRENCY: '2', QUEUE_LIMIT: '4' }

test('capacity.js finds no queue below the ceiling and refusals above it', async () => {
  const lab = await startTestLab({ CONCURRENCY: '2', QUEUE_LIMIT: '4' })
  const steps = ['FROM=5', 'TO=20', 'STEPS=2', 'STEP=6s', 'WARMUP=2s', 'PAUSE=3s'].flatMap(
    (step) => ['-e', step],
  )
  const { code, report, output } = await runScript('capacity.js', lab, ['-e', 'ONLY=2', ...steps])
  expect(code).toBe(0)
  expect(report.expected).toBe(10)
  const [below, above] = report.steps
  expect(below).toMatchObject({ saturated: false, failures: {}, dropped: 0 })
  expect(below?.queueMs?.p95).toBeLessThan(50)
  expect(above).toMatchObject({ saturated: true, dropped: 0 })
  expect(above?.failures.no_slot).toBeGreaterThan(0)
  expect(above?.queueMs?.p95).toBeGreaterThan(200)
  expect(output).toMatch(/The ceiling is [\d.]+\/s; slots and waiting allow 10\.00\/s/)
})

test('a step with dropped arrivals does not count for the ceiling', async () => {
  const lab = await startTestLab(slots)
  const run = await runScript(
    capacity,
    lab,
    given('ONLY=2', 'FROM=5', 'TO=20', 'STEPS=2', 'STEP=3s', 'WARMUP=1s', 'PAUSE=1s', 'MAX_VUS=1'),
  )
  const [, above] = run.report.steps
  expect(above?.dropped).toBeGreaterThan(0)
  expect(above).toMatchObject({ kept: false, saturated: true })
  expect(run.report.ceiling).toBeUndefined()
  expect(run.output).not.toContain('The ceiling is')
  expect(run.output).toContain('k6 did not keep their rate')
})

test('an interrupted run reports the steps that it played', async () => {
  const lab = await startTestLab(slots)
  const steps = given('ONLY=2', 'FROM=5', 'TO=20', 'STEPS=3', 'STEP=3s', 'WARMUP=1s', 'PAUSE=1s')
  // 15 payments arrive in the first step.
  const run = await runScript(capacity, lab, steps, async (k6) => {
    while ((await countsOf(lab.urls.payment, scenarioOf(2))).total < 20) await setTimeout(50)
    k6.kill('SIGINT')
  })
  expect(run.code).toBe(105)
  expect(run.report.notJudged).toMatch(/^the run was interrupted after \d\.\d s of 11 s$/)
  const [first, second, third] = run.report.steps
  expect(first).toMatchObject({ played: true, kept: true, saturated: false })
  expect(second).toMatchObject({ begun: true, played: false })
  expect(third).toMatchObject({ begun: false, played: false })
  expect(run.report.ceiling).toBeUndefined()
  expect(run.output).toContain('No ceiling up to 5/s')
  expect(run.output).not.toContain('Go higher')
})

test('a capacity run without thresholds is not complete', async () => {
  const lab = await startTestLab(slots)
  const steps = given('ONLY=2', 'FROM=5', 'TO=20', 'STEPS=2', 'STEP=2s', 'WARMUP=1s', 'PAUSE=1s')
  const run = await runScript(capacity, lab, [...steps, '--no-thresholds'])
  expect(run.report.notJudged).toBe('thresholds were off (--no-thresholds)')
  expect(run.output).not.toMatch(/The ceiling is|No ceiling/)
})

test('refuses a load of the command line, and tags without the step', async () => {
  const lab = await startTestLab()
  const script = `k6-tests/${capacity}`
  const other = await runK6([...urlsOf(lab), '--duration', '1s', script])
  expect(other).toMatchObject({ code: 107, output: expect.stringContaining('its own arrivals') })
  const untagged = await runK6([...urlsOf(lab), '--system-tags', 'url', script])
  expect(untagged).toMatchObject({ code: 107, output: expect.stringContaining('--system-tags') })
})
