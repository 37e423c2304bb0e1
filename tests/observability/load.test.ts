import { expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'
import { ask } from '../containers/prometheus.ts'
import { type K6Run, resultOf } from '../k6/k6.ts'
import { countsOf, hopOf, latenciesOf, latencyOf, overloadOf } from './expected.ts'
import { observe, startObservedLab } from './lab.ts'
import { expectLatencies } from './latency.ts'
import { asAsked, highestOf, increaseOf, type Period, panels, valuesOf } from './panels.ts'

// Refused for want of a slot alone: how busy the event loop is depends on the machine.
const slots = {
  CONCURRENCY: '6',
  QUEUE_LIMIT: '14',
  PAYMENT_DELAY_MS: '1000',
  LOOP_WAIT_LIMIT_MS: '0',
}

const p95 = 'P95 Latency per Service'

/** Every line that has to have data has some, as Grafana asks for it. */
async function expectData(period: Period) {
  for (const { title, queries } of panels)
    for (const { expr, optional = false } of queries)
      if (!optional) {
        const range = `${Math.ceil(period.to - period.from)}s:5s`
        const samples = await ask(`last_over_time((${asAsked(expr)})[${range}] @ ${period.to})`)
        expect.soft(samples.length, `${title}: ${expr}`).toBeGreaterThan(0)
      }
}

async function expectDefaultLoad(run: K6Run, period: Period) {
  await expectData(period)
  for (const [title, counts] of Object.entries(countsOf(run)))
    expect.soft(await increaseOf(title, period), title).toEqual(counts)
  for (const [title, lines] of Object.entries(latenciesOf(run)))
    await expectLatencies(title, lines, period)
  const perService = await increaseOf(p95, period)
  expect(Object.keys(perService)).toHaveLength(functionNames.length)
  const hops = await increaseOf('Scenario 3: Fan-Out hops, stacked', period)
  for (const hop of ['search', 'cache', 'analytics'])
    expect.soft(hops[hop], hop).toBeCloseTo(hopOf(run, 3, hop), 3)
  const spent = await increaseOf('Time spent waiting for each downstream service', period)
  const emails = resultOf(run, 1).requests * hopOf(run, 1, 'email')
  expect(spent['userservice → email']).toBeCloseTo(emails, 1)
}

async function expectMachine(run: K6Run, period: Period) {
  const names = functionNames.map((name) => `${services[name].name}_sync`).sort()
  const memory = await valuesOf('Memory Usage per Container (MB)', asAsked)
  expect(Object.keys(memory).sort()).toEqual(names)
  const cpu = await increaseOf('CPU Usage per Container (%)', period)
  expect(Object.keys(cpu).sort()).toEqual(names)
  // The CPU time that reports have burnt, and what else their service does: at 100 % a second each.
  const burnt = resultOf(run, 4).requests * hopOf(run, 4, 'cpu') * 100
  expect(cpu.reportservice_sync).toBeGreaterThan(burnt)
  expect(await increaseOf('Scenario 4: CPU-Intensive task CPU usage', period)).toEqual({
    reportservice: cpu.reportservice_sync,
  })
}

test('after a default load every panel shows what k6 has counted and measured', async () => {
  const lab = await startObservedLab(slots)
  const light = ['-e', 'PROFILE=light', '-e', 'DURATION=25s']
  const { run, period } = await observe(lab, light)
  expect(run.code).toBe(0)
  await expectDefaultLoad(run, period)
  await expectMachine(run, period)
  // 20 s of 25 s have clicks alone: the rate of a load that is short is its rate.
  const { 200: clicks } = await highestOf('Scenario 6: High-Throughput click tracking RPS', period)
  expect(clicks).toBeGreaterThan(20 * 0.95)
  expect(clicks).toBeLessThan(20 * 1.05)
  expect(await valuesOf('Alerts that fire', asAsked)).toEqual({ all: 0 })
  expect(await valuesOf('Active faults', asAsked)).toEqual({ all: 0 })
}, 110_000)

test('after an overload every panel shows what was served, what was refused, and the limits', async () => {
  const lab = await startObservedLab({ ...slots, CONCURRENCY: '4', QUEUE_LIMIT: '8' })
  const { run, period } = await observe(lab, ['-e', 'PROFILE=stress', '-e', 'DURATION=25s'])
  const { requests, succeeded, failures } = resultOf(run, 2)
  expect(failures).toEqual({ no_slot: requests - succeeded })
  expect(requests - succeeded).toBeGreaterThan(succeeded / 2)
  await expectData(period)
  for (const [title, counts] of Object.entries(overloadOf(run)))
    expect.soft(await increaseOf(title, period), title).toMatchObject(counts)
  const payment = latencyOf(run, 2, 'payment')
  await expectLatencies('Scenario 2: Payment Processing latency', payment, period)
  // Half of its answers took a millisecond: refusals, and the payments of sagas, which fail at once.
  const { paymentservice: served } = await increaseOf(p95, period)
  expect(served).toBeGreaterThan(1)
  // The payments of sagas wait in the same queue, each about as long.
  const { paymentservice: wait = 0 } = await increaseOf('Mean wait for a slot', period)
  expect(wait / hopOf(run, 2, 'queue')).toBeGreaterThan(0.7)
  expect(wait / hopOf(run, 2, 'queue')).toBeLessThan(1.3)
  expect(await highestOf('Slots in use', period)).toMatchObject({ paymentservice: 4, limit: 4 })
  const queues = await highestOf('Queue for a slot', period)
  expect(queues).toMatchObject({ paymentservice: 8, limit: 8 })
}, 110_000)
