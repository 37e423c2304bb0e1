import { localPath } from './local-path.ts'
import type { RunRecord } from './record.ts'

/** The conditions of a run, to repeat it. */
export const describe = ({ id, scenarios, setupMs: _, ...record }: RunRecord, commit: string) => ({
  run: id,
  commit,
  executors: scenarios,
  ...record,
})

/** The file of a run's results, in this checkout regardless of the working directory. */
export function fileOf(script: string, { id }: RunRecord): { path: string; shown: string } {
  const name = `results/${script}-${id}.json`
  return { path: localPath(`../${name}`), shown: `Results: ${name}` }
}

/**
 * Why there is no folder for results; `undefined` if there is one. k6 itself reports this only at
 * the end, and exits with 0. Call it while the script is initialised.
 */
export function whyNoResults(): string | undefined {
  const path = localPath('../results')
  try {
    open(path)
  } catch (error) {
    // Opening a folder fails as well, but with another error.
    const missing = /no such file|cannot find/i.test(String(error))
    return missing ? `There is no folder for the results: create ${path}` : undefined
  }
  return `The results need a folder, but ${path} is a file`
}
