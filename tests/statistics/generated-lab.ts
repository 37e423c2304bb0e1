/** Labs that do not exist: the latencies of their requests come from known distributions. */
import { createRandom, type Random } from '../../formats/random.ts'
import type { RunValues } from '../../lab/load-figures.ts'
import { median, quantiles, type Run } from '../../lab/quantiles.ts'
import { hashSeed } from '../../lab/seeds.ts'

/** Draws a standard normal number. */
type Normal = () => number

/** By Box and Muller. The logarithm must not see 0. */
export const createNormal =
  (random: Random): Normal =>
  () =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** How the latencies of a load are distributed, in milliseconds. */
export type Shape = {
  /** Standard deviations of logarithms: between starts, runs of a start, and requests of a run. */
  startSd?: number
  runSd?: number
  requestSd?: number
  /** The median of a usual run. */
  medianMs?: number
  /** Another factor of single runs. */
  runFactor?: (random: Random) => number
  /** Another factor of single requests. */
  requestFactor?: (random: Random) => number
  /** Clocks count only these. */
  tickMs?: number
}

export type Size = { starts: number; runsPerStart: number; requests?: number }

/** The latencies of the requests of each run, by start. */
export type GeneratedLoad = Run[][]

/** Generates a load: the same for the same `seed`. */
export function generateLoad(shape: Shape, size: Size, seed: number): GeneratedLoad {
  const { startSd = 0, runSd = 0, requestSd = 0.1, medianMs = 100, tickMs } = shape
  const { starts, runsPerStart, requests = 40 } = size
  const random = createRandom(seed)
  const normal = createNormal(random)
  const requestOf = (level: number) => {
    const latencyMs = level * Math.exp(requestSd * normal()) * (shape.requestFactor?.(random) ?? 1)
    return tickMs ? Math.round(latencyMs / tickMs) * tickMs : latencyMs
  }
  return Array.from({ length: starts }, () => {
    const start = medianMs * Math.exp(startSd * normal())
    return Array.from({ length: runsPerStart }, () => {
      const level = start * Math.exp(runSd * normal()) * (shape.runFactor?.(random) ?? 1)
      return Array.from({ length: requests }, () => requestOf(level))
    })
  })
}

/** Six loads, as a lab has scenarios. `change` multiplies the latencies of one of them. */
export function generateLab(shape: Shape, size: Size, seed: number): GeneratedLoad[] {
  return [1, 2, 3, 4, 5, 6].map((scenario) =>
    generateLoad(shape, size, hashSeed('lab', seed, scenario)),
  )
}

/** Quantiles of each run, by quantile. */
export function quantilesOf(load: GeneratedLoad, shares: readonly number[]): RunValues[] {
  const ofRuns = load.map((runs) => runs.map((run): readonly number[] => quantiles(run, shares)))
  return shares.map((_, place) => ofRuns.map((runs) => runs.map((of) => of[place] as number)))
}

/** The median of each run. */
export const mediansOf = (load: GeneratedLoad): RunValues =>
  load.map((runs) => runs.map((run) => median(run)))
