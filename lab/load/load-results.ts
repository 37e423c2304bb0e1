/** The results of a load, and whether they are complete. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Verdict } from '../../model/load.ts'
import type { Style } from '../../model/styles.ts'

/** The fields of the script's results that determine the exit code. */
type Report = { verdict: Verdict; notJudged?: string }

/** A unique name, which the script uses for its results. */
export const newRunId = (): string =>
  `${new Date().toISOString().replaceAll(/\D/g, '')}-${Math.random().toString(36).slice(2, 8)}`

export type LoadRun = {
  /** The name of the script in its results. */
  script: Style['script']
  folder: string
  id: string
  /** k6's exit code. */
  code: number
  /** The start of k6 in milliseconds since 1970, if it should also write its own report. */
  reportSince?: number | undefined
}

const read = (file: string): Promise<Report | undefined> =>
  readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    () => undefined,
  )

const isNewer = (file: string, since: number) =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs >= since,
    () => false,
  )

// All thresholds passed, or some failed. With any other code k6 ended early and printed the reason.
const ended = [0, 99]

/** Problems of a run, one per line; none if it was judged and all results were written. */
export async function complaintsOf(run: LoadRun): Promise<string[]> {
  const { script, folder, id, code, reportSince } = run
  const file = join(folder, `${script}-${id}.json`)
  const report = await read(file)
  if (!ended.includes(code)) return []
  if (!report)
    return [
      `k6 has not written ${file}: the folder refuses files, or K6_SUMMARY_MODE and the like ` +
        'say that k6 ends without a summary.',
    ]
  const web = join(folder, 'report.html')
  const isMissing = reportSince !== undefined && !(await isNewer(web, reportSince))
  return [
    ...(report.verdict === 'not judged' ? [`Not judged: ${report.notJudged}.`] : []),
    ...(isMissing ? [`k6 has not written ${web}; it says why above.`] : []),
  ]
}
