import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLoopGate, type LoopGate } from './loop-gate.ts'

const refuse = () => {}

/** Enters this many requests in one turn; returns those that have begun. */
function enter(gate: LoopGate, requests: number) {
  const begun: number[] = []
  for (let n = 0; n < requests; n++) gate.enter({ begin: () => begun.push(n), refuse })
  return begun
}

const burn = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('begins a limited number of requests per turn, in order', async () => {
  const gate = createLoopGate({ perTurn: 2 })
  const begun = enter(gate, 5)
  expect([begun, gate.waiting]).toEqual([[0, 1], 3])
  await turn()
  expect([begun, gate.waiting]).toEqual([[0, 1, 2, 3], 1])
  await turn()
  expect([begun, gate.waiting]).toEqual([[0, 1, 2, 3, 4], 0])
})

test('keeps the order of waiting requests', async () => {
  const gate = createLoopGate({ perTurn: 1 })
  const order: string[] = []
  for (const name of ['first', 'second', 'third'])
    gate.enter({ begin: () => order.push(name), refuse })
  await turn()
  gate.enter({ begin: () => order.push('fourth'), refuse })
  await turn()
  await turn()
  expect(order).toEqual(['first', 'second', 'third', 'fourth'])
})

/** Accepts a connection in each of three turns. */
async function crowd(gate: LoopGate) {
  for (let n = 0; n < 3; n++) {
    gate.accepted()
    await turn()
  }
}

test('begins one request per turn while connections wait to be accepted', async () => {
  const gate = createLoopGate({ perTurn: 8 })
  await crowd(gate)
  const begun = enter(gate, 3)
  expect(begun).toEqual([0])
  gate.accepted()
  await turn()
  expect(begun).toEqual([0, 1])
  await turn()
  await turn()
  expect(begun).toEqual([0, 1, 2])
})

test('leaves a refused connection unread while others wait to be accepted', async () => {
  const gate = createLoopGate()
  const calls: string[] = []
  const connection = { pause: () => calls.push('pause'), resume: () => calls.push('resume') }
  gate.spare(connection)
  await turn()
  expect(calls).toEqual([])
  await crowd(gate)
  gate.spare(connection)
  gate.accepted()
  await turn()
  expect(calls).toEqual(['pause'])
  await turn()
  expect(calls).toEqual(['pause', 'resume'])
})

/** Fills a gate with requests of 10 ms each, until it can estimate the wait of the next one. */
async function fill(gate: LoopGate) {
  const enterSlow = (refused = refuse) => gate.enter({ begin: () => burn(10), refuse: refused })
  for (let n = 0; n < 50; n++) enterSlow()
  for (let n = 0; n < 22; n++) await turn()
  return enterSlow
}

test('refuses a request that would wait longer than the limit', async () => {
  const enterSlow = await fill(createLoopGate({ perTurn: 1, waitLimitMs: 100 }))
  let refused = false
  const passage = enterSlow(() => {
    refused = true
  })
  await turn()
  expect([passage, refused]).toEqual(['refused', true])
})

test('refuses nothing without a limit, or below it', async () => {
  for (const waitLimitMs of [0, 60_000]) {
    const enterSlow = await fill(createLoopGate({ perTurn: 1, waitLimitMs }))
    expect(enterSlow()).toBe('waiting')
  }
})

test('measures a wait from the arrival, not from the beginning', async () => {
  const gate = createLoopGate({ perTurn: 1 })
  const waits: number[] = []
  for (let n = 0; n < 3; n++)
    gate.enter({
      begin(arrivedMs) {
        waits.push(performance.now() - arrivedMs)
        burn(20)
      },
      refuse,
    })
  await turn()
  await turn()
  expect(waits[2]).toBeGreaterThanOrEqual(waits[1] ?? Infinity)
  expect(waits[2]).toBeGreaterThanOrEqual(40)
})

test('a request on a new connection after a rest has not waited', async () => {
  const gate = createLoopGate()
  gate.arrival()
  await turn()
  await new Promise((resolve) => setTimeout(resolve, 50))
  const rested = performance.now()
  gate.accepted()
  await turn()
  expect(gate.arrival()).toBeGreaterThanOrEqual(rested)
})

test('a request has arrived after the answer before it', async () => {
  const gate = createLoopGate({ perTurn: 1 })
  let answeredMs = 0
  const begin = () => {
    burn(20)
    answeredMs = performance.now()
  }
  gate.enter({ begin, refuse })
  gate.enter({ begin, refuse })
  await turn()
  expect(gate.arrival()).toBeLessThan(answeredMs)
  expect(gate.arrival(answeredMs)).toBeGreaterThanOrEqual(answeredMs)
})

test('tells when a request last waited for a turn', async () => {
  const gate = createLoopGate({ perTurn: 1 })
  const begin = () => {}
  gate.enter({ begin, refuse })
  await turn()
  expect(gate.waitedMs()).toBe(-Infinity)
  const begunMs = performance.now()
  for (let n = 0; n < 2; n++) gate.enter({ begin, refuse })
  await turn()
  expect(gate.waitedMs()).toBeGreaterThanOrEqual(begunMs)
})
