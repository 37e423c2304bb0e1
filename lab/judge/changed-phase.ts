/** Which part of the time of a load changed. */
import { median } from 'simple-statistics'
import type { LoadSpec } from '../experiment.ts'
import type { RunResult, RunSample } from '../measurement.ts'
import { isFilled, isServed, samplesOf } from './summarize-load.ts'

/** A part of `Server-Timing`, and by how many milliseconds it changed. */
export type PhaseChange = { name: string; changeMs: number }

/** The samples of answers as designed, of runs that count. */
const servedIn = (runs: readonly RunResult[], spec: LoadSpec): RunSample[] =>
  runs
    .filter(({ excluded }) => excluded === undefined)
    .flatMap((run) => samplesOf(run, spec).filter(isServed))

const phaseOf = (samples: RunSample[], name: string) =>
  median(samples.map(({ phases }) => phases[name] ?? 0))

const latencyOf = (samples: RunSample[]) => median(samples.map(({ latencyMs }) => latencyMs))

/** The part that explains most of the change of the latency, if one does. */
export function changedPhase(
  [earlier, later]: readonly [RunResult[], RunResult[]],
  spec: LoadSpec,
): PhaseChange | undefined {
  const [before, after] = [servedIn(earlier, spec), servedIn(later, spec)]
  if (!isFilled(before) || !isFilled(after)) return undefined
  const names = new Set([...before, ...after].flatMap(({ phases }) => Object.keys(phases)))
  names.delete('total')
  const changes = [...names].map((name) => ({
    name,
    changeMs: phaseOf(after, name) - phaseOf(before, name),
  }))
  const largest = changes.sort((a, b) => Math.abs(b.changeMs) - Math.abs(a.changeMs))[0]
  const change = Math.abs(latencyOf(after) - latencyOf(before))
  return largest && Math.abs(largest.changeMs) > change / 2 ? largest : undefined
}
