import { expect, test } from 'vitest'
import { createFixedServiceQueue } from './fixed-service.ts'
import { poisson } from './poisson.ts'

const serviceMs = 100

function queueOf(servers: number, utilisation: number) {
  const perSecond = (servers * utilisation * 1000) / serviceMs
  const queue = createFixedServiceQueue({ servers, perSecond, serviceMs })
  if (!queue) throw new Error('There is no such queue')
  return queue
}

// Pollaczek and Khinchine: half the wait of M/M/1.
test.each([0.01, 0.5, 0.8, 0.9, 0.99, 0.999])(
  'one server at %d waits half as long as M/M/1',
  (utilisation) => {
    const expected = (serviceMs * utilisation) / (1 - utilisation) / 2
    expect(queueOf(1, utilisation).meanWaitMs / expected).toBeCloseTo(1, 4)
  },
)

// A. K. Erlang, The Theory of Probabilities and Telephone Conversations, Nyt Tidsskrift for
// Matematik B 20 (1909): the waits of M/D/1.
function erlangsShare(utilisation: number, services: number): number {
  let share = 0
  let term: number
  for (let k = 0; k <= services; k++) {
    const u = utilisation * (services - k)
    term = Math.exp(u)
    for (let n = 1; n <= k; n++) term *= -u / n
    share += term
  }
  return 1 - (1 - utilisation) * share
}

test.each([0, 0.3, 1, 1.5, 4.2])(
  'one server keeps waiting as Erlang says after %d services',
  (services) => {
    const { shareWaitingLonger } = queueOf(1, 0.8)
    expect(shareWaitingLonger(services * serviceMs)).toBeCloseTo(erlangsShare(0.8, services), 6)
  },
)

/** The queue's length after one service time, and after another, until it changes no more. */
function iterateLengths(servers: number, utilisation: number): number[] {
  const load = servers * utilisation
  const arrivals = Array.from({ length: 120 }, (_, count) => poisson(count, load))
  let shares = [1]
  for (let round = 0; round < 600; round++) {
    const next = Array<number>(300).fill(0)
    for (const [length, share] of shares.entries())
      for (const [count, chance] of arrivals.entries()) {
        const left = Math.max(0, length + count - servers)
        if (left < next.length) next[left] = (next[left] ?? 0) + share * chance
      }
    shares = next
  }
  return shares
}

test.each([
  [2, 0.8],
  [10, 0.9],
  [40, 0.9],
])(
  'the queue of %d servers at %d is that of one service time after another',
  (servers, utilisation) => {
    const shares = iterateLengths(servers, utilisation)
    const queue = queueOf(servers, utilisation)
    const mean = shares.reduce((sum, share, length) => sum + share * length, 0)
    expect(queue.meanWaitMs).toBeCloseTo((mean * serviceMs) / (servers * utilisation), 3)
    const atLeast5 = shares.slice(5).reduce((sum, share) => sum + share, 0)
    expect(queue.shareQueued(5)).toBeCloseTo(atLeast5, 7)
  },
)

test('waits become rarer with their length', () => {
  const { shareWaitingLonger } = queueOf(40, 0.95)
  const shares = [0, 20, 99.99, 100, 100.01, 250].map(shareWaitingLonger)
  expect(shares).toEqual(shares.toSorted((a, b) => b - a))
  expect(shares[2]).toBeCloseTo(shares[4] ?? 0, 4)
})

test('the formula gives nothing at the ceiling and too near to it', () => {
  const at = (perSecond: number) => createFixedServiceQueue({ servers: 1, perSecond, serviceMs })
  expect([at(10), at(12), at(9.9999)]).toEqual([undefined, undefined, undefined])
})
