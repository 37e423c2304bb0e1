import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/load/scenarios.ts'
import { clearFaults, setFaults } from '../../lab/faults.ts'
import { targetOf } from '../../lab/target.ts'
import { countFrom } from './histogram.ts'
import { resultOf, runScript, startTestLab } from './k6.ts'

const variables = (...pairs: string[]) => pairs.flatMap((pair) => ['-e', pair])

test('requests of the warm-up are not counted, and none is lost', async () => {
  const lab = await startTestLab({}, { functions: ['analytics'] })
  const counted = await countFrom(lab.urls.analytics, scenarioOf(6))
  const args = variables('PROFILE=light', 'ONLY=6', 'DURATION=6s')
  const run = await runScript('script-sync.js', lab, args)
  const { requests, requestsPerSecond, warmup } = resultOf(run, 6)
  expect(warmup).toMatchObject({ seconds: 1, failed: 0 })
  // 20 clicks per second: 1 s of warm-up, and 5 s that count.
  expect(Math.abs(warmup.requests - 20)).toBeLessThanOrEqual(2)
  expect(requests + warmup.requests).toBe(await counted())
  expect(requestsPerSecond).toBeCloseTo(requests / 5, 5)
  expect(run.output).toContain(
    `The first 1 s are a warm-up: ${warmup.requests} requests are not counted.`,
  )
  expect(run).toMatchObject({ code: 0, report: { verdict: 'passed' } })
})

test('failures of the warm-up are shown, and fail no limit', async () => {
  const lab = await startTestLab({ FAULT_SWITCH: 'on' }, { functions: ['user'] })
  const target = targetOf((name) => lab.urls[name])
  const registered = await countFrom(lab.urls.user, scenarioOf(1))
  await setFaults(target, 'email', { error_rate: 1 })
  const args = variables('PROFILE=light', 'ONLY=1', 'DURATION=4s', 'WARMUP=2s')
  const run = await runScript('script-sync.js', lab, args, async () => {
    // The first request of each of the two users.
    while ((await registered()) < 2) await setTimeout(20)
    await clearFaults(target, 'email')
  })
  expect(resultOf(run, 1)).toMatchObject({ failures: {}, warmup: { failed: 2 } })
  expect(run.output).toMatch(/: \d+ requests are not counted, of which 2 failed\./)
  expect(run).toMatchObject({ code: 0, report: { verdict: 'passed' } })
})
