import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/load/scenarios.ts'
import { freePorts } from '../../local/processes/ports.ts'
import { load, oddCheckout, resultsIn } from './checkout.ts'
import { countFrom } from './histogram.ts'
import { runK6, startTestLab, urlsOf } from './k6.ts'

const firstPort = await freePorts()
const clicks = ['light', '--only', '6', '--first-port', String(firstPort)]
const short = [...clicks, '--duration', '1s']

const lab = await startTestLab({}, { firstPort, functions: ['analytics'], whenDone: afterAll })

let checkout = ''
let results = ''
let counted = async () => 0
beforeEach(async () => {
  checkout = await oddCheckout()
  results = join(checkout, 'results')
  counted = await countFrom(lab.urls.analytics, scenarioOf(6))
})

const clicksBy = async (count: number) => {
  while ((await counted()) < count) await setTimeout(50)
}

test('writes results in a path with spaces and accents', async () => {
  const { code, output } = await load({ checkout, args: short })
  expect(output).toContain('All thresholds passed.')
  expect(code).toBe(0)
  expect(await resultsIn(results)).toMatchObject([{ verdict: 'passed' }])
})

test('a run that settings of the shell keep unjudged fails', async () => {
  const unjudged = await load({ checkout, args: short, environment: { K6_NO_THRESHOLDS: 'true' } })
  expect(unjudged.code).toBe(1)
  expect(unjudged.output).toContain('Not judged: thresholds were off')
  const silent = await load({ checkout, args: short, environment: { K6_SUMMARY_MODE: 'disabled' } })
  expect(silent.code).toBe(1)
  expect(silent.output).toContain('k6 has not written')
  const other = await load({ checkout, args: clicks, environment: { K6_DURATION: '1s' } })
  expect(other.code).toBe(107)
  expect(other.output).toContain('instead of PROFILE')
})

test('fails if it cannot write the results', async () => {
  const meanwhile = async () => {
    await clicksBy(1)
    await rm(results, { recursive: true })
  }
  const { code, output } = await load({ checkout, args: short, meanwhile })
  expect(code).toBe(1)
  expect(output).toContain(`k6 has not written ${results}`)
})

test('refuses an unusable results folder before the load begins', async () => {
  await rm(results, { recursive: true })
  const script = join(checkout, 'k6-tests/script-sync.js')
  const missing = await runK6([...urlsOf(lab), script])
  expect(missing).toMatchObject({ code: 107 })
  expect(missing.output).toContain(`There is no folder for the results: create ${results}`)
  await writeFile(results, '')
  const file = await runK6([...urlsOf(lab), script])
  expect(file).toMatchObject({ code: 107, output: expect.stringContaining('is a file') })
  const { code, output } = await load({ checkout, args: short })
  expect(code).toBe(1)
  expect(output).toContain(`The results cannot be written to ${results}`)
  expect(await counted()).toBe(0)
})

test("writes k6's own report to the results", async () => {
  await mkdir(join(results, 'report.html'))
  const skipped = await load({ checkout, args: [...short, '--report'] })
  expect(skipped.code).toBe(1)
  expect(skipped.output).toContain(`k6 has not written ${join(results, 'report.html')}`)
  await rm(join(results, 'report.html'), { recursive: true })
  const { code } = await load({ checkout, args: [...clicks, '--duration', '6s', '--report'] })
  expect(code).toBe(0)
  expect((await stat(join(results, 'report.html'))).size).toBeGreaterThan(10_000)
})

test('a load that SIGTERM ends is not judged and fails', async () => {
  const meanwhile = async (pid: number) => {
    await clicksBy(20)
    process.kill(pid, 'SIGTERM')
  }
  const { code, output } = await load({ checkout, args: clicks, meanwhile })
  expect(code).toBe(105)
  expect(output).toMatch(/Not judged: the run was interrupted after \d\.\d s of 30 s\./)
  expect(await resultsIn(results)).toMatchObject([{ verdict: 'not judged' }])
})
