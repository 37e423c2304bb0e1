import { expect, test } from 'vitest'
import { resultOf, runScript, startTestLab, type TestLabOptions } from './k6.ts'

const reports = { REPORT_CPU_SECONDS: '1', REPORT_WORKERS: '2', CONCURRENCY: '40' }
const alone: TestLabOptions = { functions: ['report'] }
// The study's script, scaled down: five users, and reports that take twice their CPU time.
const study = ['PROFILE=heavy', 'ONLY=4', 'DURATION=1s', 'TIMEOUT=2s'].flatMap((it) => ['-e', it])

test('wall-clock reports of five users on two workers end in time', async () => {
  const lab = await startTestLab({ ...reports, REPORT_BUDGET: 'wall' }, alone)
  const run = await runScript('script-sync.js', lab, study)
  expect(resultOf(run, 4)).toMatchObject({ requests: 5, failures: {} })
  expect(run).toMatchObject({ code: 0, report: { verdict: 'passed' } })
  expect(run.report.choices.report?.REPORT_BUDGET).toBe('wall')
  expect(run.output).toContain('Reports end 1 s after they arrive (REPORT_BUDGET=wall')
})

test('CPU-time reports do not, and the summary explains it', async () => {
  const lab = await startTestLab(reports, alone)
  const run = await runScript('script-sync.js', lab, study)
  expect(run.code).toBe(99)
  expect(resultOf(run, 4).failures.timeout).toBeGreaterThan(0)
  expect(run.report.choices.report?.REPORT_BUDGET).toBe('cpu')
  expect(run.output).toContain('Reports take 1 s of CPU time (REPORT_BUDGET=cpu).')
  expect(run.output).toContain('4 report: 5 users share 2 workers, at 1 s of CPU time each')
})
