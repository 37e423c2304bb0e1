/** Loads with known distributions, by the name under which they are checked. */
import type { Shape } from './generated-lab.ts'

const runs = (runSd: number, startSd = 0): Shape => ({ runSd, startSd, requestSd: 0.02 })

export const shapes = {
  'equal runs': {},
  'run effect 5 %': runs(0.05),
  'run effect 15 %': runs(0.15),
  'run effect 5 %, start effect 2.5 %': runs(0.05, 0.025),
  'run effect 15 %, start effect 7.5 %': runs(0.15, 0.075),
  'one run in six 1.5 times': { runSd: 0.02, runFactor: (random) => (random() < 1 / 6 ? 1.5 : 1) },
  'two modes of runs': { runSd: 0.02, runFactor: (random) => (random() < 0.4 ? 1.3 : 1) },
  'two modes of requests': { runSd: 0.02, requestFactor: (random) => (random() < 0.3 ? 2 : 1) },
  'log-normal requests': { runSd: 0.02, requestSd: 1 },
  'ties at 1 ms': { runSd: 0.1, medianMs: 4, tickMs: 1 },
  'runs that are all equal': { requestSd: 0 },
} as const satisfies Record<string, Shape>

export type ShapeName = keyof typeof shapes
