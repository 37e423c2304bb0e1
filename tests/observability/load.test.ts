import { expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'
import { type K6Run, resultOf } from '../k6/k6.ts'
import { countsOf, latenciesOf, latencyOf, overloadOf, phaseOf } from './expected.ts'
import { observe, startObservedLab } from './lab.ts'
import { expectLatencies } from './latency.ts'
import { asAsked, expectData, highestOf, increaseOf, type Period, valuesOf } from './panels.ts'

const slots = { CONCURRENCY: '6', QUEUE_LIMIT: '14', PAYMENT_DELAY_MS: '1000' }

// Panels show every request.
const counted = ['-e', 'DURATION=25s', '-e', 'WARMUP=0s']

const p95 = 'P95 Latency per Service'

async function expectDefaultLoad(run: K6Run, period: Period) {
  await expectData(period, 'sync')
  for (const [title, counts] of Object.entries(countsOf(run)))
    expect.soft(await increaseOf(title, period), title).toEqual(counts)
  for (const [title, lines] of Object.entries(latenciesOf(run)))
    await expectLatencies(title, lines, period)
  const perService = await increaseOf(p95, period)
  expect(Object.keys(perService)).toHaveLength(functionNames.length)
  const calls = await increaseOf('Scenario 3: Fan-Out calls, stacked', period)
  for (const callee of ['search', 'cache', 'analytics'])
    expect.soft(calls[callee], callee).toBeCloseTo(phaseOf(run, 3, callee), 3)
  const spent = await increaseOf('Time spent waiting for each downstream service', period)
  const emails = resultOf(run, 1).requests * phaseOf(run, 1, 'email')
  expect(spent['userservice → email']).toBeCloseTo(emails, 1)
}

async function expectMachine(run: K6Run, period: Period) {
  const names = functionNames.map((name) => `${services[name].name}_sync`).sort()
  const memory = await valuesOf('Memory Usage per Container (MB)', asAsked)
  expect(Object.keys(memory).sort()).toEqual(names)
  const cpu = await increaseOf('CPU Usage per Container (%)', period)
  expect(Object.keys(cpu).sort()).toEqual(names)
  // 100 % is a second of CPU time per second: that of reports, and of the rest of their service.
  const burnt = resultOf(run, 4).requests * phaseOf(run, 4, 'cpu') * 100
  expect(cpu.reportservice_sync).toBeGreaterThan(burnt)
  expect(await increaseOf('Scenario 4: CPU-Intensive task CPU usage', period)).toEqual({
    reportservice: cpu.reportservice_sync,
  })
}

test('after a default load every panel agrees with k6', async () => {
  const lab = await startObservedLab(slots)
  const light = ['-e', 'PROFILE=light', ...counted]
  const { run, period } = await observe(lab, light)
  // Its time limits are for a machine that does nothing else.
  expect(run.report.notJudged).toBeUndefined()
  expect(run.report.scenarios.flatMap(({ failures }) => Object.keys(failures))).toEqual([])
  await expectDefaultLoad(run, period)
  await expectMachine(run, period)
  // In 20 s of 25 s there are only clicks; when a busy machine catches up, there are more.
  const { 200: clicks } = await highestOf('Scenario 6: High-Throughput click tracking RPS', period)
  expect(clicks).toBeGreaterThan(20 * 0.9)
  expect(clicks).toBeLessThan(20 * 1.1)
  expect(await valuesOf('Alerts that fire', asAsked)).toEqual({ all: 0 })
  expect(await valuesOf('Active faults', asAsked)).toEqual({ all: 0 })
}, 110_000)

test('after an overload panels show served requests, refusals and limits', async () => {
  // Slots are what is short here: reports of the usual length would take both cores of a machine.
  const limits = { CONCURRENCY: '2', QUEUE_LIMIT: '4', REPORT_CPU_SECONDS: '0.05' }
  const lab = await startObservedLab({ ...slots, ...limits })
  const { run, period } = await observe(lab, ['-e', 'PROFILE=heavy', ...counted])
  const { requests, succeeded, failures } = resultOf(run, 2)
  expect(failures).toEqual({ no_slot: requests - succeeded })
  expect(requests - succeeded).toBeGreaterThan(succeeded / 2)
  await expectData(period, 'sync')
  for (const [title, counts] of Object.entries(overloadOf(run)))
    expect.soft(await increaseOf(title, period), title).toMatchObject(counts)
  const payment = latencyOf(run, 2, 'payment')
  await expectLatencies('Scenario 2: Payment Processing latency', payment, period)
  // Half of the responses took a millisecond: refusals, and payments of sagas, which fail at once.
  const { paymentservice: served } = await increaseOf(p95, period)
  expect(served).toBeGreaterThan(1)
  // The payments of sagas wait in the same queue, for about as long.
  const { paymentservice: wait = 0 } = await increaseOf('Mean wait for a slot', period)
  expect(wait / phaseOf(run, 2, 'queue')).toBeGreaterThan(0.7)
  expect(wait / phaseOf(run, 2, 'queue')).toBeLessThan(1.3)
  expect(await highestOf('Slots in use', period)).toMatchObject({ paymentservice: 2, limit: 2 })
  // Prometheus may look when all slots have just taken the next request.
  const { paymentservice: queue, limit } = await highestOf('Queue for a slot', period)
  expect(limit).toBe(4)
  expect([2, 3, 4]).toContain(queue)
}, 110_000)
