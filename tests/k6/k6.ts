import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { StepResult } from '../../k6-tests/capacity-results.ts'
import type { ScenarioResult } from '../../k6-tests/results.ts'
import { functionNames, urlVariable } from '../../model/services.ts'
import { type Lab, startLab } from '../../runtime/local/lab.ts'
import { createTestDatabase } from '../database.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Waits that are short enough for a test, and long enough to be told from what is not waited for. */
const delays = {
  EMAIL_DELAY_MS: '100',
  PAYMENT_DELAY_MS: '200',
  REPORT_CPU_SECONDS: '0.3',
  HOST: '127.0.0.1',
}

/** Starts ten services with settings of the test's own; they end with the test. */
export async function startTestLab(environment: Record<string, string> = {}): Promise<Lab> {
  const database = await createTestDatabase()
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-k6-'))
  const lab = await startLab({
    databaseUrl: database.url,
    environment: { ...delays, ...environment },
    logFolder,
  })
  onTestFinished(async () => {
    await lab.kill()
    await database.drop()
    await rm(logFolder, { recursive: true, force: true })
  })
  return lab
}

export type K6Run = {
  code: number
  output: string
  /** What the script wrote to `results/`. */
  report: {
    scenarios: ScenarioResult[]
    checks: { name: string; passes: number; fails: number }[]
    ceiling: number
    expected: number
    steps: StepResult[]
    commit: string
    k6: string
    machines: Record<string, Record<string, string>>
    settings: Record<string, Record<string, number>>
    faults: Record<string, object>
  }
}

/** Runs k6 as its user would, in the project's root. */
export async function runK6(args: string[]): Promise<{ code: number; output: string }> {
  // The test runner has a BASE_URL of its own.
  const { BASE_URL: _, ...env } = process.env
  const k6 = spawn('k6', ['run', '--quiet', '--no-color', ...args], { cwd: root, env })
  let output = ''
  for (const stream of [k6.stdout, k6.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  const [code] = await once(k6, 'close')
  return { code: Number(code), output }
}

/** Runs one of the scripts against a lab, and reads what it has written. */
export async function runScript(script: string, lab: Lab, args: string[]): Promise<K6Run> {
  const urls = functionNames.flatMap((name) => ['-e', `${urlVariable(name)}=${lab.urls[name]}`])
  const run = await runK6([...urls, ...args, `k6-tests/${script}`])
  const [file] = /results\/[\w-]+\.json/.exec(run.output) ?? []
  if (!file) throw new Error(`k6 wrote no results:\n${run.output}`)
  const report = JSON.parse(await readFile(join(root, file), 'utf8')) as K6Run['report']
  await rm(join(root, file))
  return { ...run, report }
}

/** The result of one scenario. */
export function resultOf({ report, output }: K6Run, scenario: number): ScenarioResult {
  const result = report.scenarios.find((candidate) => candidate.scenario === scenario)
  if (!result) throw new Error(`Scenario ${scenario} is missing:\n${output}`)
  return result
}
