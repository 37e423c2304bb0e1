import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { CoreReport } from '../../k6-tests/summary/busy.ts'
import type { ScenarioResult } from '../../k6-tests/summary/results.ts'
import { type Lab, openLab } from '../../local/lab.ts'
import type { Verdict } from '../../model/load.ts'
import { type FunctionName, functionNames, urlVariable } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { openBroker } from '../broker.ts'
import { createTestDatabase } from '../database.ts'
import { urlsAt } from './plan.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Delays short enough for a test, and long enough to be distinguishable from none. Services refuse
 * nothing, however busy the machine is.
 */
const usual = {
  EMAIL_DELAY_MS: '100',
  PAYMENT_DELAY_MS: '200',
  REPORT_CPU_SECONDS: '0.3',
  HOST: '127.0.0.1',
  LOOP_WAIT_LIMIT_MS: '0',
}

export type TestLabOptions = {
  style?: StyleName
  firstPort?: number
  /** The services under load, which start with their callees: by default all. */
  functions?: readonly FunctionName[]
  /** When it ends: with the test, or with those of a file (`afterAll`). */
  whenDone?: (end: () => Promise<void>) => void
}

/**
 * Opens a lab with these settings and a new database. Nothing answers at the address of a function
 * that it leaves out.
 */
export async function startTestLab(
  environment: Record<string, string> = {},
  { style, firstPort, functions = functionNames, whenDone = onTestFinished }: TestLabOptions = {},
): Promise<Lab> {
  const database = await createTestDatabase()
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-k6-'))
  const broker = style === 'async' ? await openBroker() : undefined
  const lab = await openLab({
    style,
    database: { url: database.url },
    environment: { ...usual, ...broker?.settings, ...environment },
    logFolder,
    firstPort,
    functions,
  })
  whenDone(async () => {
    await lab.kill()
    await lab.close()
    await broker?.close()
    await database.drop()
    await rm(logFolder, { recursive: true, force: true })
  })
  return { ...lab, urls: { ...urlsAt('http://127.0.0.1:1'), ...lab.urls } }
}

export type K6Run = {
  code: number
  output: string
  /** The file that the script wrote to `results/`. */
  report: {
    verdict: Verdict
    notJudged?: string
    loadSeconds: number
    scenarios: ScenarioResult[]
    cores: CoreReport
    checks: { name: string; passes: number; fails: number }[]
    commit: string
    k6: string
    machines: Record<string, Record<string, string>>
    settings: Record<string, Record<string, number>>
    choices: Record<string, Record<string, string>>
    faults: Record<string, object>
  }
}

/** The k6 under test: `K6`, or the one from the PATH. */
export const k6Binary = process.env.K6 || 'k6'

/** Called with the running k6. */
type While = (k6: ChildProcess) => Promise<void>

export type Ended = { code: number; output: string }

/** Waits until a program ends; returns its exit code and its output. */
export async function endOf(program: ChildProcess): Promise<Ended> {
  let output = ''
  for (const stream of [program.stdout, program.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
    })
  const [code] = await once(program, 'close')
  return { code: Number(code), output }
}

/** Runs k6 as a user would, in the project's root or in another checkout. */
export async function runK6(
  args: string[],
  meanwhile: While = async () => {},
  cwd = root,
): Promise<Ended> {
  // vitest sets its own BASE_URL.
  const { BASE_URL: _, ...env } = process.env
  const k6 = spawn(k6Binary, ['run', '--quiet', '--no-color', ...args], { cwd, env })
  const [ended] = await Promise.all([endOf(k6), meanwhile(k6)])
  return ended
}

/** The addresses of a lab's services, as variables of a script. */
export const urlsOf = (lab: Lab): string[] =>
  functionNames.flatMap((name) => ['-e', `${urlVariable(name)}=${lab.urls[name]}`])

/** Reads the results that a script has written, and removes them. */
export async function readReport({ output }: Ended): Promise<K6Run['report']> {
  const [file] = /results\/[\w-]+\.json/.exec(output) ?? []
  if (!file) throw new Error(`k6 wrote no results:\n${output}`)
  const report = JSON.parse(await readFile(join(root, file), 'utf8')) as K6Run['report']
  await rm(join(root, file))
  return report
}

/** Runs one of the scripts against a lab, and reads its results. */
export async function runScript(
  script: string,
  lab: Lab,
  args: string[],
  meanwhile?: While,
): Promise<K6Run> {
  const run = await runK6([...urlsOf(lab), ...args, `k6-tests/${script}`], meanwhile)
  return { ...run, report: await readReport(run) }
}

/** The result of one scenario. */
export function resultOf({ report, output }: K6Run, scenario: number): ScenarioResult {
  const result = report.scenarios.find((candidate) => candidate.scenario === scenario)
  if (!result) throw new Error(`Scenario ${scenario} is missing:\n${output}`)
  return result
}
