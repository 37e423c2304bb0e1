import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLoopGate, type LoopGate } from './loop-gate.ts'

/** Enters so many requests in one turn, and tells which have begun. */
function enter(gate: LoopGate, requests: number) {
  const begun: number[] = []
  for (let n = 0; n < requests; n++) gate.enter(() => begun.push(n))
  return begun
}

const burn = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('begins so many requests in a turn, and the others in turn', async () => {
  const gate = createLoopGate({ perTurn: 2 })
  const begun = enter(gate, 5)
  expect([begun, gate.waiting]).toEqual([[0, 1], 3])
  await turn()
  expect([begun, gate.waiting]).toEqual([[0, 1, 2, 3], 1])
  await turn()
  expect([begun, gate.waiting]).toEqual([[0, 1, 2, 3, 4], 0])
})

test('lets no request pass those that wait', async () => {
  const gate = createLoopGate({ perTurn: 1 })
  const order: string[] = []
  for (const name of ['first', 'second', 'third']) gate.enter(() => order.push(name))
  await turn()
  gate.enter(() => order.push('fourth'))
  await turn()
  await turn()
  expect(order).toEqual(['first', 'second', 'third', 'fourth'])
})

test('begins one request in a turn that accepts a connection', async () => {
  const gate = createLoopGate({ perTurn: 8 })
  gate.accepted()
  const begun = enter(gate, 3)
  expect(begun).toEqual([0])
  await turn()
  expect(begun).toEqual([0, 1])
})

/** Fills a gate whose requests take 50 ms each, until it can tell how long the next would wait. */
async function fill(gate: LoopGate) {
  const enterSlow = () => gate.enter(() => burn(50))
  for (let n = 0; n < 10; n++) enterSlow()
  for (let n = 0; n < 4; n++) await turn()
  return enterSlow
}

test('refuses a request that would wait longer than the limit', async () => {
  const enterSlow = await fill(createLoopGate({ perTurn: 1, waitLimitMs: 100 }))
  expect(enterSlow()).toBe('refused')
})

test('refuses none without a limit, or below it', async () => {
  for (const waitLimitMs of [0, 60_000]) {
    const enterSlow = await fill(createLoopGate({ perTurn: 1, waitLimitMs }))
    expect(enterSlow()).toBe('waiting')
  }
})

test('measures a wait from the arrival, not from the beginning', async () => {
  const gate = createLoopGate({ perTurn: 1 })
  const waits: number[] = []
  for (let n = 0; n < 3; n++)
    gate.enter((arrivedMs) => {
      waits.push(performance.now() - arrivedMs)
      burn(20)
    })
  await turn()
  await turn()
  expect(waits[2]).toBeGreaterThanOrEqual(waits[1] ?? Infinity)
  expect(waits[2]).toBeGreaterThanOrEqual(40)
})
