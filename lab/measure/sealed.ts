/** What is fixed before the first measured request, and its seal. */
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Experiment } from '../experiment.ts'
import { describeClaims } from '../judge/judge-claims.ts'
import type { LoadPrediction } from '../load-figures.ts'
import type { Gate, Sealed } from '../measurement.ts'
import { predictLoads, seal } from '../predict/predict-loads.ts'
import type { Results } from './results-folder.ts'

/** Predictions, claims with their ranges, the code that judges them, and the conditions. */
export type SealedContent = {
  /** Commit, options, machine: whatever a continued measurement must share. */
  conditions: Record<string, unknown>
  experiments: readonly Experiment[]
  predictions: LoadPrediction[]
  claims: Record<string, string>
  /** SHA-256 of the code that estimates and judges. */
  statistics: string
}

type SealedFile = Pick<Sealed, 'seal' | 'sealedAt'> & { content: SealedContent }

const judgeFolder = new URL('../judge/', import.meta.url)

async function digestOfJudge(): Promise<string> {
  const files = (await readdir(judgeFolder)).filter((file) => !file.includes('.test.')).sort()
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, judgeFolder), 'utf8')))
  return hash('sha256', texts.join(''))
}

export type SealOptions = {
  results: Results
  experiments: readonly Experiment[]
  conditions: SealedContent['conditions']
  seed: number
  gate: Gate
}

/** @throws RangeError if the calibration is not above 0 */
async function predictAll({ experiments, conditions, seed, gate }: SealOptions) {
  const { calibration } = gate
  const cores = availableParallelism()
  const predictions = experiments.flatMap((experiment) =>
    predictLoads(experiment, { calibration, cores, seed }),
  )
  const claims = describeClaims({ experiments, predictions })
  return { conditions, experiments, predictions, claims, statistics: await digestOfJudge() }
}

/**
 * The sealed part of a measurement.
 * @throws Error naming the file if it is not what was sealed
 */
export async function readSealed(results: Results): Promise<Sealed | undefined> {
  const file = await results.read<SealedFile>('predictions')
  if (!file) return undefined
  if (seal(file.content) !== file.seal)
    throw new Error(`${results.folder}/predictions.json was changed after it was sealed`)
  return { seal: file.seal, sealedAt: file.sealedAt, predictions: file.content.predictions }
}

/**
 * Seals predictions and claims, unless an earlier start of the measurement has: then they must be
 * the same now.
 * @throws Error if they were changed, or if this program would now predict or judge otherwise
 */
export async function sealOnce(options: SealOptions): Promise<Sealed> {
  const content = await predictAll(options)
  const sealed = await readSealed(options.results)
  if (sealed && sealed.seal !== seal(content))
    throw new Error(
      `${options.results.folder} was begun with other predictions, claims or statistics: measure anew`,
    )
  if (sealed) return sealed
  const file: SealedFile = { seal: seal(content), sealedAt: new Date().toISOString(), content }
  await options.results.write('predictions', file)
  return { seal: file.seal, sealedAt: file.sealedAt, predictions: content.predictions }
}
