import { expect, test } from 'vitest'
import {
  allenCunneenMs,
  erlangB,
  erlangC,
  meanWaitMs,
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
  [10, 15, 0.0365],
  [5, 10, 0.0184],
  [2, 5, 0.0367],
  [10, 14, 0.0568],
])('Erlang B of %d erlang on %d lines is %d', (load, lines, loss) => {
  expect(erlangB(load, lines)).toBeCloseTo(loss, 4)
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

// Pollaczek and Khinchine: M/D/1 waits half as long as M/M/1.
test('Allen and Cunneen halve the wait for fixed service', () => {
  expect(allenCunneenMs(single, { arrivals: 1, service: 0 })).toBeCloseTo(50, 9)
  expect(allenCunneenMs(single, { arrivals: 1, service: 1 })).toBeCloseTo(100, 9)
  expect(allenCunneenMs(single, { arrivals: 0, service: 0 })).toBe(0)
})
