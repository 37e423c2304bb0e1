import { expect, test } from 'vitest'
import {
  erlangB,
  erlangC,
  meanWaitMs,
  shareTakingLonger,
  shareWaitingLonger,
  waitQuantileMs,
} from './erlang.ts'

// The CCITT's table of the Erlang loss formula (Supplement No. 1 to Recommendation E.520) at its
// printed precision: the load that so many lines carry at that loss.
test.each([
  [1, 0.01, 0.0101],
  [2, 0.01, 0.153],
  [5, 0.01, 1.36],
  [9, 0.01, 3.783],
  [10, 0.01, 4.46],
  [15, 0.01, 8.108],
  [20, 0.01, 12.03],
  [57, 0.01, 44.2],
  [10, 0.02, 5.084],
  [50, 0.02, 40.26],
  [5, 0.001, 0.762],
  [40, 0.001, 24.4],
])('Erlang B of %d lines loses %d at the table’s load', (lines, loss, load) => {
  expect(erlangB(load, lines) / loss).toBeCloseTo(1, 1)
  const step = 10 ** -(String(load).split('.')[1] ?? '').length
  expect(erlangB(load - step / 2, lines)).toBeLessThan(loss)
  expect(erlangB(load + step / 2, lines)).toBeGreaterThan(loss)
})

test.each([
  [8, 10, 0.409],
  [6, 10, 0.101],
  [1, 2, 1 / 3],
  [0.7, 1, 0.7],
])('Erlang C of %d erlang on %d servers is %d', (load, servers, waiting) => {
  expect(erlangC(load, servers)).toBeCloseTo(waiting, 3)
})

test('Erlang C makes everyone wait at full load', () => {
  expect([erlangC(10, 10), erlangC(12, 10)]).toEqual([1, 1])
})

test('thousands of servers do not overflow', () => {
  expect(erlangB(100_000, 100_000)).toBeCloseTo(Math.sqrt(2 / (Math.PI * 100_000)), 4)
})

// M/M/1 at 50 % with a service of 100 ms: mean wait ρ / (μ − λ), P(W > t) = ρ exp(−(μ − λ) t).
const single = { servers: 1, perSecond: 5, serviceMs: 100 }

test('one server waits as the M/M/1 formulas say', () => {
  expect(meanWaitMs(single)).toBeCloseTo(100, 9)
  expect(shareWaitingLonger(single, 0)).toBeCloseTo(0.5, 9)
  expect(shareWaitingLonger(single, 200)).toBeCloseTo(0.5 * Math.exp(-1), 9)
  expect(waitQuantileMs(single, 0.5)).toBe(0)
  expect(waitQuantileMs(single, 0.95)).toBeCloseTo(200 * Math.log(10), 9)
})

test('the wait quantile inverts the share that waits longer', () => {
  const ten = { servers: 10, perSecond: 4, serviceMs: 2000 }
  expect(shareWaitingLonger(ten, waitQuantileMs(ten, 0.99))).toBeCloseTo(0.01, 9)
})

test('waits grow without bound at full load', () => {
  const full = { servers: 1, perSecond: 10, serviceMs: 100 }
  expect([meanWaitMs(full), waitQuantileMs(full, 0.5)]).toEqual([Infinity, Infinity])
})

test.each([
  [95, 1122],
  [98, 2921],
  [99, 5918],
])('ten servers at %d %% have a p95 of the wait of %d ms', (utilisation, ms) => {
  const queue = { servers: 10, perSecond: utilisation / 2, serviceMs: 200 }
  expect(waitQuantileMs(queue, 0.95)).toBeCloseTo(ms, -1)
})

// M/M/1: the whole time is exponential with rate μ − λ.
test('requests of M/M/1 take an exponential time', () => {
  expect(shareTakingLonger(single, 0)).toBe(1)
  expect(shareTakingLonger(single, 300)).toBeCloseTo(Math.exp(-1.5), 9)
})

test('a queue of so many servers takes the service time and the wait', () => {
  // A service and the spare rate that are equal: 10 of 11 servers' worth of load.
  const equal = { servers: 11, perSecond: 10, serviceMs: 1000 }
  const near = { ...equal, perSecond: 10.000_001 }
  expect(shareTakingLonger(equal, 2000)).toBeCloseTo(shareTakingLonger(near, 2000), 6)
  // Integrated numerically: P(wait + service > 2 s).
  let sum = 1 - erlangC(10, 11)
  sum = sum * Math.exp(-2) + shareWaitingLonger(equal, 2000)
  const step = 0.1
  for (let ms = step / 2; ms < 2000; ms += step)
    sum +=
      (shareWaitingLonger(equal, ms - step / 2) - shareWaitingLonger(equal, ms + step / 2)) *
      Math.exp(-(2000 - ms) / 1000)
  expect(shareTakingLonger(equal, 2000)).toBeCloseTo(sum, 6)
})
