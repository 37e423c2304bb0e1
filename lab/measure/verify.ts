/** Whether a result is what was measured and judged. */
import type { Measurement } from '../measurement.ts'
import { canonicalJson } from '../predict/predict-loads.ts'
import { type AssembleOptions, assemble } from './assemble.ts'
import type { Results } from './results-folder.ts'

/** The figures that follow from the runs. */
const derived = ['seal', 'predictions', 'measured', 'claims', 'errors'] as const

/** A value as JSON has it, which knows no NaN and no `undefined`. */
const stored = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value)))

/**
 * Recomputes all figures and verdicts from the sealed part and the runs.
 * @throws Error naming what differs
 */
export async function verifyResults(results: Results, parts: AssembleOptions): Promise<void> {
  const file = `${results.folder}/results.json`
  const found = await results.read<Measurement>('results')
  if (!found) throw new Error(`There is no ${file}`)
  const again = await assemble(parts)
  const different = derived.filter((name) => stored(again[name]) !== stored(found[name]))
  if (different.length > 0)
    throw new Error(
      `${file} does not follow from predictions.json and runs/: ${different.join(', ')}`,
    )
}
