import { localPath } from './local-path.ts'
import type { RunRecord } from './record.ts'

/** What a reader needs to know about a run to repeat it. */
export const describe = ({ id, scenarios, setupMs: _, ...record }: RunRecord, commit: string) => ({
  run: id,
  commit,
  executors: scenarios,
  ...record,
})

/** Where a run's JSON goes: beside these scripts, wherever k6 was started. */
export function fileOf(script: string, { id }: RunRecord): { path: string; shown: string } {
  const name = `results/${script}-${id}.json`
  return { path: localPath(`../${name}`), shown: `Everything in numbers: ${name}` }
}

/**
 * Why there is no folder for results; `undefined` if there is one. k6 says so at the end alone, and exits with 0.
 * Call it while the script is initialised.
 */
export function whyNoResults(): string | undefined {
  const path = localPath('../results')
  try {
    open(path)
  } catch (error) {
    // A folder cannot be opened either, but for another reason.
    const missing = /no such file|cannot find/i.test(String(error))
    return missing ? `There is no folder for the results: make ${path}` : undefined
  }
  return `The results need a folder, but ${path} is a file`
}
