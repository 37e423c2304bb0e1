/**
 * The wait for servers with Poisson arrivals and a service of fixed length (M/D/c), exactly.
 *
 * C. D. Crommelin, Delay probability formulae when the holding times are constant, Post Office
 * Electrical Engineers' Journal 25 (1932), 41–50.
 */
import { type ErlangQueue, offeredLoad } from './erlang.ts'
import { averageOverPoisson, poisson } from './poisson.ts'

// Lengths of the queue are computed until those beyond have a share of less than e^−20: it falls by
// at least e^(−2 (1 − utilisation)) from one to the next.
const lengthsOf = (utilisation: number) => Math.ceil(10 / (1 - utilisation))
const mostLengths = 10_000
// A chance of less than e^−30 does not count.
const negligible = Math.exp(-30)
// Sums over service times, one by one at first, then by the middle of blocks of a 500th.
const block = (times: number) => 1 + 2 * Math.floor(times / 1000)

/**
 * How likely more requests than fit arrive within so many service times, by their number, summed
 * over all times i: Σ P(S = n) / i, S from the Poisson distribution less c · i.
 */
function surplusesOf(load: number, servers: number, lengths: number): Float64Array {
  const sums = new Float64Array(lengths)
  for (let from = 1; ; from += block(from)) {
    const times = from + (block(from) - 1) / 2
    const served = servers * times
    let chance = (poisson(served + 1, load * times) * block(from)) / times
    if (chance < negligible && served > load * times) return sums
    for (let length = 1; length < lengths && chance > negligible / lengths; length++) {
      sums[length] = (sums[length] ?? 0) + chance
      chance *= (load * times) / (served + length + 1)
    }
  }
}

/**
 * The shares of time with so many waiting requests. The queue after each service time is the
 * maximum of a random walk, which is a compound Poisson variable. F. Spitzer, A combinatorial lemma
 * and its application to probability theory, Trans. AMS 82 (1956), 323–339. Its shares follow from
 * H. H. Panjer, Recursive evaluation of a family of compound distributions, ASTIN Bulletin 12
 * (1981), 22–26: sums of positive terms, which lose no digits.
 */
function shareOfLengths(load: number, servers: number): Float64Array {
  const lengths = lengthsOf(load / servers)
  const weighted = surplusesOf(load, servers, lengths).map((sum, length) => sum * length)
  const shares = new Float64Array(lengths)
  shares[0] = 1
  for (let length = 1; length < lengths; length++) {
    let sum = 0
    for (let more = 1; more <= length; more++)
      sum += (weighted[more] ?? 0) * (shares[length - more] ?? 0)
    shares[length] = sum / length
  }
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}

/** The share of time with more than so many waiting requests, by their number. */
function sharesBeyond(shares: Float64Array): Float64Array {
  const beyond = new Float64Array(shares.length)
  for (let length = shares.length - 1; length > 0; length--)
    beyond[length - 1] = (beyond[length] ?? 0) + (shares[length] ?? 0)
  return beyond
}

/** M/D/c below full utilisation. */
export type FixedServiceQueue = {
  meanWaitMs: number
  /** The share of requests that find at least so many waiting. */
  shareQueued(length: number): number
  /** The share of requests that wait longer. */
  shareWaitingLonger(ms: number): number
}

/** @returns `undefined` from full utilisation on, and so near to it that the sums are too long */
export function createFixedServiceQueue(queue: ErlangQueue): FixedServiceQueue | undefined {
  const load = offeredLoad(queue)
  if (load >= queue.servers || lengthsOf(load / queue.servers) > mostLengths) return undefined
  const beyond = sharesBeyond(shareOfLengths(load, queue.servers))
  const meanLength = beyond.reduce((sum, share) => sum + share, 0)
  return {
    // Little's law.
    meanWaitMs: (meanLength * 1000) / queue.perSecond,
    shareQueued: (length) => (length === 0 ? 1 : (beyond[length - 1] ?? 0)),
    shareWaitingLonger: (ms) => shareWaitingLonger(queue, beyond, ms),
  }
}

/**
 * In the whole service times that end after the time, every server starts as many requests. One
 * waits longer if more wait before that or arrive meanwhile. G. J. Franx, A simple solution for the
 * M/D/c waiting time distribution, Operations Research Letters 29 (2001), 221–229.
 */
function shareWaitingLonger(queue: ErlangQueue, beyond: Float64Array, ms: number): number {
  const { servers, perSecond, serviceMs } = queue
  const rounds = Math.floor(ms / serviceMs) + 1
  const arriving = (perSecond * Math.max(0, rounds * serviceMs - ms)) / 1000
  const places = rounds * servers
  return averageOverPoisson(arriving, (count) =>
    count < places ? (beyond[places - 1 - count] ?? 0) : 1,
  )
}
