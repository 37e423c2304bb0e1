import { createRandom, type Random } from '../../formats/random.ts'
import { createGaps, type Load } from './arrivals.ts'
import { areBatchesIndependent, estimate } from './batch-means.ts'
import { createRecord, type Recorded } from './figures.ts'
import { createHolds, type Service } from './service.ts'
import { createStation, type Outcome } from './station.ts'

export type Simulated = Recorded & {
  /** Whether the p95 of the latency is as precise as `statedError`. */
  isSettled: boolean
}

/** So many requests are simulated at least, and at most. */
export type SimulationOptions = Required<Load> & { service: Service; least: number; budget: number }

/** Serves requests that arrive at these times, in order. */
export function serve(service: Service, random: Random, arrivals: readonly number[]): Outcome[] {
  const outcomes: Outcome[] = []
  const station = createStation({
    ...service,
    hold: createHolds(service, random),
    onOutcome: (outcome) => void outcomes.push(outcome),
  })
  for (const nowMs of arrivals) station.arrive(nowMs)
  station.finish()
  return outcomes
}

// The first fifth of a simulation is its warm-up.
export const warmup = 0.2
// Half the 95 % interval of the latency's p95, as a share of it: where a simulation may end.
const aim = 0.02
/** A latency whose p95 is less precise has not settled. */
export const statedError = 0.05

/** How precise the p95 of latencies in their order is, as a share of it. */
function errorOf(latencies: Float64Array): number {
  const { p95, plusMinus } = estimate(latencies)
  return p95 > 0 && areBatchesIndependent(latencies) ? plusMinus.p95 / p95 : Infinity
}

function createSimulation({ service, seed, ...load }: SimulationOptions) {
  const gap = createGaps({ ...load, random: createRandom(seed) })
  const record = createRecord(service)
  const hold = createHolds(service, createRandom(seed, 1))
  const station = createStation({ ...service, hold, onOutcome: record.add })
  let nowMs = 0
  return {
    ...record,
    /** Lets requests arrive until so many are over or in their slots. */
    runUntil(count: number): void {
      while (record.size() < count) {
        nowMs += gap()
        station.arrive(nowMs)
      }
    },
  }
}

/**
 * Simulates a service under open arrivals until its latency is as precise as stated, or until the
 * budget is spent. The same options give the same numbers.
 */
export function simulate(options: SimulationOptions): Simulated {
  const { least, budget } = options
  const simulation = createSimulation(options)
  for (let goal = Math.min(least, budget); ; ) {
    simulation.runUntil(goal)
    const first = Math.floor(goal * warmup)
    const error = errorOf(simulation.latencies(first))
    if (error <= aim || goal >= budget) {
      const isSettled = error <= statedError && least <= budget
      return { ...simulation.figures(first), isSettled }
    }
    // An interval shrinks with the square root of the number of requests.
    goal = Math.min(Math.ceil(goal * Math.max(2, (error / aim) ** 2)), budget)
  }
}
