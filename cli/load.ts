/** Loads a lab with k6; if none is running, starts one and stops it afterwards. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Argument, Option } from 'commander'
import { parseLength, parseScenario } from '../formats/durations.ts'
import { drain, readBacklog } from '../lab/load/drain.ts'
import { containersRun, findK6, type K6, runK6, startContainers } from '../lab/load/k6.ts'
import { complaintsOf, newRunId } from '../lab/load/load-results.ts'
import { isUp, startOwnLab } from '../lab/load/own-lab.ts'
import { runSharedLoad } from '../lab/load/shared-load.ts'
import { commitOf } from '../lab/measure/provenance.ts'
import { createTarget } from '../lab/target.ts'
import { bypassProxies, isOwn, reachableHost } from '../local/processes/addresses.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { tryFile } from '../local/try-file.ts'
import { profiles } from '../model/load.ts'
import { type StyleName, styles } from '../model/styles.ts'
import {
  createCommand,
  createOption,
  interruptedCode,
  isMain,
  type Program,
  runProgram,
  UsageError,
} from './command-line.ts'
import {
  type Address,
  addressOptions,
  checkHost,
  generatorOptions,
  withStyle,
} from './shared-options.ts'

const notes = `
The exit code is 0 if the run was judged, all thresholds passed, and the results were written.
k6 alone does the same: k6 run -e PROFILE=heavy k6-tests/script-sync.js
With --async the times are those of acceptance. After the load it waits until all messages are done.
`

/** @throws Error unless it is a duration above 0 in the format of k6 */
function asDuration(name: string, text: string): string {
  parseLength(name, text)
  return text
}

const profile = new Argument('[profile]', 'users and duration of the load')
  .choices(Object.keys(profiles))
  .default('default')

const description =
  'Loads the lab with k6, all six scenarios at once. Starts a lab if none is running.'

const options = [
  createOption('--only <scenario>', 'play only one scenario', parseScenario),
  createOption('--duration <time>', "such as 2m, instead of the profile's time", asDuration),
  new Option('--report', "write k6's own report, a web page, to results/").default(false),
  ...addressOptions(),
  ...generatorOptions(),
]
const command = createCommand('load', description, options, notes).addArgument(profile)

type Options = Address & {
  style: StyleName
  only?: number
  duration?: string
  report: boolean
  /** The commands that run k6; none for one k6 of this machine. */
  generator?: string[]
  host?: string
}

/** The variables that the script reads from `__ENV`. */
const variablesOf = ({ style, only, duration }: Options): Record<string, string> => ({
  // Always given, so that a variable of the shell cannot replace it.
  STYLE: style,
  PROFILE: String(command.processedArgs[0]),
  ...(only !== undefined && { ONLY: String(only) }),
  ...(duration !== undefined && { DURATION: duration }),
})

const noK6 = 'Several generators also need k6 on this PATH, which merges what they have measured.'

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url))

/**
 * Provides a lab that this k6 can reach.
 * @returns a function that ends the lab if it was started for this run
 * @throws Error with the reason if there is none
 */
async function provideLab(
  k6: K6,
  { style, baseUrl, firstPort }: Options,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  if (k6 === 'container') return provideContainers(style, baseUrl)
  if (await isUp(createTarget({ baseUrl, firstPort }))) return async () => {}
  if (!isOwn(baseUrl))
    throw new Error(`No lab answers at ${baseUrl}, and this machine cannot start one there.`)
  console.log('No lab is running: starting one for this run.')
  return startOwnLab({ style, baseUrl, firstPort, signal })
}

async function provideContainers(style: StyleName, baseUrl: string): Promise<() => Promise<void>> {
  if (!isOwn(baseUrl))
    throw new Error(
      `k6 in a container loads the lab's own containers, not ${baseUrl}. Install k6 for that.`,
    )
  if (await containersRun(styles[style])) return async () => {}
  console.log('There is no k6 on the PATH: k6 and the lab run in containers, which keep running.')
  if ((await startContainers(styles[style])) !== 0)
    throw new Error("The containers did not start; Docker's output above shows why.")
  return async () => {}
}

async function run(): Promise<number> {
  const options = withStyle(command.opts<Omit<Options, 'style'>>())
  if (options.report && options.generator)
    throw new UsageError('--report is that of one k6: omit it, or --generator')
  await checkHost(options.host)
  bypassProxies()
  const interruption = new AbortController()
  const off = onInterrupt(() => interruption.abort())
  await tryFile('The results', join(resultsFolder, newRunId()))
  const k6 = await findK6()
  if (k6 !== 'path' && options.generator) throw new Error(noK6)
  const endLab = await provideLab(k6, options, interruption.signal)
  try {
    if (interruption.signal.aborted) return interruptedCode
    return await loadAndDrain(k6, options, interruption.signal)
  } catch (error) {
    if (interruption.signal.aborted) return interruptedCode
    throw error
  } finally {
    await endLab()
    off()
  }
}

/** The address of this machine, where the generators wait for each other. */
function hostFor({ host, baseUrl }: Options): string {
  if (host) return reachableHost(host)
  return isOwn(baseUrl) ? new URL(baseUrl).hostname : '127.0.0.1'
}

/** Loads the lab, and waits until what it has accepted is done; resolves with the exit code. */
async function loadAndDrain(k6: K6, options: Options, signal: AbortSignal): Promise<number> {
  const code = await loadAndCheck(k6, options, signal)
  if (options.style === 'sync' || signal.aborted) return code
  const target = createTarget(options)
  console.log(await drain({ read: () => readBacklog(target), signal, say: console.log }))
  return code
}

/** Runs k6; resolves with its exit code, or with 1 if it was 0 and the run is not valid. */
async function loadAndCheck(k6: K6, options: Options, signal: AbortSignal): Promise<number> {
  const { style, baseUrl, firstPort, report, generator: generators } = options
  const id = newRunId()
  const commit = await commitOf()
  const environment = {
    ...variablesOf(options),
    ...(k6 === 'path' && { BASE_URL: baseUrl, FIRST_PORT: String(firstPort) }),
    ...(commit && { COMMIT: commit }),
    RUN_ID: id,
  }
  const since = Date.now()
  const code = generators
    ? await runSharedLoad({ generators, host: hostFor(options), environment, signal })
    : await runK6({ k6, style, script: 'script-sync.js', environment, report })
  const reportSince = report ? since : undefined
  const { script } = styles[style]
  const complaints = await complaintsOf({ script, folder: resultsFolder, id, code, reportSince })
  for (const complaint of complaints) console.error(complaint)
  return code === 0 && complaints.length > 0 ? 1 : code
}

export const load: Program = { command, run, onClosedPipe: () => process.exit(0) }

if (isMain(import.meta.url)) await runProgram(load)
