/**
 * The formulas of telephone traffic for servers with independent clients. Load is in
 * erlang: arrival rate × mean service time.
 *
 * A. K. Erlang, Løsning af nogle Problemer fra Sandsynlighedsregningen af Betydning for de
 * automatiske Telefoncentraler, Elektroteknikeren 13 (1917), 5–13.
 */

/** Servers with Poisson arrivals: their number, the arrival rate, the mean service time. */
export type ErlangQueue = { servers: number; perSecond: number; serviceMs: number }

/** In erlang. */
export const offeredLoad = ({ perSecond, serviceMs }: Omit<ErlangQueue, 'servers'>): number =>
  (perSecond * serviceMs) / 1000

/**
 * Erlang B: the share of requests that find every server busy and are refused, without a queue
 * (M/G/c/c). The recursion needs no factorial, so it stays exact for thousands of servers.
 * @param load in erlang, from 0
 */
export function erlangB(load: number, servers: number): number {
  let blocked = 1
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked)
  return blocked
}

/**
 * Erlang C: the share of requests that must wait, with an unbounded queue (M/M/c).
 * @param load in erlang; from the number of servers on, every request waits
 */
export function erlangC(load: number, servers: number): number {
  if (load >= servers) return 1
  const blocked = erlangB(load, servers)
  return (servers * blocked) / (servers - load * (1 - blocked))
}

/**
 * How fast a queue of M/M/c empties while all servers are busy, per millisecond; below 0 it grows.
 */
const spareRate = ({ servers, perSecond, serviceMs }: ErlangQueue) =>
  servers / serviceMs - perSecond / 1000

/**
 * The mean wait of M/M/c in milliseconds; infinite from full utilisation on. D. Gross, J. Shortle,
 * J. Thompson, C. Harris, Fundamentals of Queueing Theory, 4th ed. (2008), 2.3.
 */
export function meanWaitMs(queue: ErlangQueue): number {
  if (spareRate(queue) <= 0) return Infinity
  return erlangC(offeredLoad(queue), queue.servers) / spareRate(queue)
}

/**
 * The share of requests of M/M/c that wait longer than `ms` milliseconds: C · exp(−(cμ − λ) t).
 * Gross et al. (2008), 2.3.
 */
export function shareWaitingLonger(queue: ErlangQueue, ms: number): number {
  if (spareRate(queue) <= 0) return 1
  return erlangC(offeredLoad(queue), queue.servers) * Math.exp(-spareRate(queue) * ms)
}

/**
 * The wait of M/M/c that a share of the requests does not exceed, in milliseconds: the inverse of
 * `shareWaitingLonger`. Gross et al. (2008), 2.3.
 */
export function waitQuantileMs(queue: ErlangQueue, share: number): number {
  const waiting = erlangC(offeredLoad(queue), queue.servers)
  if (spareRate(queue) <= 0) return Infinity
  return waiting <= 1 - share ? 0 : Math.log(waiting / (1 - share)) / spareRate(queue)
}

/**
 * The share of requests of M/M/c that take longer than `ms` milliseconds, wait and service: with
 * μ = 1 / service and θ = cμ − λ, e^(−μt) · (1 + C · μ · (1 − e^(−(θ − μ) t)) / (θ − μ)).
 * Gross et al. (2008), 2.3.
 */
export function shareTakingLonger(queue: ErlangQueue, ms: number): number {
  const spare = spareRate(queue)
  if (spare <= 0) return 1
  const rate = 1 / queue.serviceMs
  const difference = spare - rate
  const waiting = erlangC(offeredLoad(queue), queue.servers)
  const ratio = difference === 0 ? ms : -Math.expm1(-difference * ms) / difference
  return Math.exp(-rate * ms) * (1 + waiting * rate * ratio)
}
