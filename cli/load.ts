/** Loads a lab with k6; if none is running, starts one and stops it afterwards. */

import { fileURLToPath } from 'node:url'
import { containersRun, startContainers } from '../lab/load/containers.ts'
import { findK6, type K6, runK6 } from '../lab/load/k6.ts'
import { complaintsOf, newRunId, provideResults } from '../lab/load/load-results.ts'
import { isUp, startOwnLab } from '../lab/load/own-lab.ts'
import { runSharedLoad } from '../lab/load/shared-load.ts'
import { commitOf } from '../lab/measure/provenance.ts'
import { createTarget } from '../lab/target.ts'
import { bypassProxies, isOwn, reachableHost } from '../local/processes/addresses.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { runProgram } from './command-line.ts'
import { type LoadOptions, loadCommand, loadOptionsOf } from './load-options.ts'

// The exit code of a program that Ctrl-C ended, like a shell's.
const interrupted = 130

const noK6 = 'Several generators also need k6 on this PATH, which merges what they have measured.'

const command = loadCommand()

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url))

/**
 * Provides a lab that this k6 can reach.
 * @returns a function that ends the lab if it was started for this run
 * @throws Error with the reason if there is none
 */
async function provideLab(
  k6: K6,
  { baseUrl, firstPort }: LoadOptions,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  if (k6 === 'container') return provideContainers(baseUrl)
  if (await isUp(createTarget({ baseUrl, firstPort }))) return async () => {}
  if (!isOwn(baseUrl))
    throw new Error(`No lab answers at ${baseUrl}, and this machine cannot start one there.`)
  console.log('No lab is running: starting one for this run.')
  return startOwnLab({ baseUrl, firstPort, signal })
}

async function provideContainers(baseUrl: string): Promise<() => Promise<void>> {
  if (!isOwn(baseUrl))
    throw new Error(
      `k6 in a container loads the lab's own containers, not ${baseUrl}. Install k6 for that.`,
    )
  if (await containersRun()) return async () => {}
  console.log('There is no k6 on the PATH: k6 and the lab run in containers, which keep running.')
  if ((await startContainers()) !== 0)
    throw new Error("The containers did not start; Docker's output above shows why.")
  return async () => {}
}

async function load(): Promise<number> {
  const options = loadOptionsOf(command)
  bypassProxies()
  const interruption = new AbortController()
  const off = onInterrupt(() => interruption.abort())
  await provideResults(resultsFolder)
  const k6 = await findK6()
  if (k6 !== 'path' && options.generators.length > 0) throw new Error(noK6)
  const endLab = await provideLab(k6, options, interruption.signal)
  try {
    if (interruption.signal.aborted) return interrupted
    return await loadAndCheck(k6, options, interruption.signal)
  } catch (error) {
    if (interruption.signal.aborted) return interrupted
    throw error
  } finally {
    await endLab()
    off()
  }
}

/** The address of this machine, where the generators wait for each other. */
function hostFor({ host, baseUrl }: LoadOptions): string {
  if (host) return reachableHost(host)
  return isOwn(baseUrl) ? new URL(baseUrl).hostname : '127.0.0.1'
}

/** Runs k6; resolves with its exit code, or with 1 if it was 0 and the run is not valid. */
async function loadAndCheck(k6: K6, options: LoadOptions, signal: AbortSignal): Promise<number> {
  const { baseUrl, firstPort, report, generators } = options
  const id = newRunId()
  const commit = await commitOf()
  const environment = {
    ...options.environment,
    ...(k6 === 'path' && { BASE_URL: baseUrl, FIRST_PORT: String(firstPort) }),
    ...(commit && { COMMIT: commit }),
    RUN_ID: id,
  }
  const since = Date.now()
  const code =
    generators.length > 0
      ? await runSharedLoad({ generators, host: hostFor(options), environment, signal })
      : await runK6({ k6, script: 'script-sync.js', environment, report })
  const reportSince = report ? since : undefined
  const complaints = await complaintsOf({ folder: resultsFolder, id, code, reportSince })
  for (const complaint of complaints) console.error(complaint)
  return code === 0 && complaints.length > 0 ? 1 : code
}

await runProgram({ command, run: load, onClosedPipe: () => process.exit(0) })
