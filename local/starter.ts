import { join, resolve } from 'node:path'
import { services } from '../model/services.ts'
import { parseDatabaseUrl } from '../runtime/config.ts'
import type { Settings } from '../runtime/setting-schemas.ts'
import { ownBaseUrl } from './addresses.ts'
import { farewell } from './farewell.ts'
import { installBun } from './install-bun.ts'
import { type Lab, launchLab } from './lab.ts'
import { type LabDatabase, openLabDatabase } from './lab-database.ts'
import { checkPorts, claimFolder } from './preflight.ts'
import type { RunningService } from './process.ts'
import { startPrometheus } from './prometheus.ts'
import { StartError } from './start-error.ts'
import type { StartOptions } from './start-options.ts'
import { removeState, stateOf, writeState } from './state.ts'

const fastFactor = 10

export type TourOptions = {
  /** Scheme and host of the lab. */
  baseUrl: string
  firstPort: number
  signal: AbortSignal
}

export type StarterOptions = {
  options: StartOptions
  settings: Settings
  environment: Record<string, string | undefined>
  /** Aborts to end the lab, at whatever point it is. */
  signal: AbortSignal
  /** Aborts where the end is to come at once, whatever is lost. */
  hurry: AbortSignal
  /** Plays the six scenarios against the lab that has just started. */
  playTour: (tour: TourOptions) => Promise<void>
  say?: (line: string) => void
}

/**
 * Starts the lab, plays the tour, and stays until `signal` aborts; then ends all that it started, in the order that loses nothing.
 * @throws StartError where something is in the way; what was started is ended then, too
 */
export async function runLab({
  options,
  settings,
  environment,
  signal,
  hurry,
  playTour,
  say = console.log,
}: StarterOptions): Promise<void> {
  const start = performance.now()
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`
  const folder = resolve(options.folder)
  const databaseUrl = parseDatabaseUrl(environment)
  // Loopback, unless the user says otherwise: a laboratory is not for the whole network.
  const HOST = environment.HOST || '127.0.0.1'
  const baseUrl = ownBaseUrl(HOST)
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  await using cleanup = new AsyncDisposableStack()

  await claimFolder(folder, say)
  cleanup.defer(() => removeState(folder))
  await checkPorts(options.firstPort, HOST)
  const runtime = options.runtime === 'bun' ? await installedBun(say) : process.execPath
  const database = openLabDatabase({
    url: databaseUrl,
    folder: join(folder, 'postgres'),
    ephemeral: options.ephemeral,
    say,
  })
  cleanup.defer(() => closeOpened(database))
  // What is wrong with the user's own server is known at once; the embedded one starts beside the services.
  if (databaseUrl !== undefined) await database
  const lab = launchLab({
    firstPort: options.firstPort,
    databaseUrl: database.then(({ url }) => url),
    environment: { HOST, ...(options.fast && shortened(settings)) },
    runtime,
    logFolder: join(folder, 'logs'),
    onReady: ({ name, port }) =>
      say(`  ${services[name].name.padEnd(18)} ${baseUrl}:${port}  ${seconds()}`),
  })
  cleanup.defer(() => lab.stop())
  hurry.addEventListener('abort', lab.kill, { once: true })

  const opened = await Promise.race([Promise.all([database, lab.ready]), ended])
  if (opened) {
    await writeState(folder, await stateOf(lab, opened[0], options))
    say(
      `ready in ${seconds()}: ${lab.services.length} services on ${baseUrl}:${options.firstPort} and the ports after it`,
    )
    watch(lab, signal, say)
    if (options.observe) cleanup.defer(await observe(lab, folder, say))
    if (options.tour) await playTour({ baseUrl, firstPort: options.firstPort, signal })
    if (!signal.aborted) say(farewell(options, folder, baseUrl))
  }
  await ended
  say('Ending the lab: callers first, so that what was accepted is answered. Again for at once.')
}

async function installedBun(say: (line: string) => void): Promise<string> {
  say('Looking for Bun (fetched when first asked for) …')
  return installBun().catch((cause: Error) => {
    throw new StartError(cause.message, { cause })
  })
}

/** Starts a Prometheus for the lab; returns what ends it. */
async function observe(
  lab: Lab,
  folder: string,
  say: (line: string) => void,
): Promise<() => Promise<void>> {
  const targets = Object.fromEntries(
    lab.services.map(({ name, url }) => [services[name].name, new URL(url).host]),
  )
  const { url, stop } = await startPrometheus({ targets, folder: join(folder, 'prometheus') })
  say(`Prometheus watches at ${url}`)
  return stop
}

const closeOpened = (database: Promise<LabDatabase>) =>
  database.then(
    ({ close }) => close(),
    () => {},
  )

/** The waits and the CPU work of the study, a tenth as long. */
const shortened = ({ EMAIL_DELAY_MS, PAYMENT_DELAY_MS, REPORT_CPU_SECONDS }: Settings) => ({
  EMAIL_DELAY_MS: String(Math.round(EMAIL_DELAY_MS / fastFactor)),
  PAYMENT_DELAY_MS: String(Math.round(PAYMENT_DELAY_MS / fastFactor)),
  REPORT_CPU_SECONDS: String(REPORT_CPU_SECONDS / fastFactor),
})

/** Says so when a service ends while the lab is up. */
function watch(lab: Lab, signal: AbortSignal, say: (line: string) => void): void {
  const report = ({ name, logFile, exited }: RunningService) =>
    exited.then((code) => {
      if (signal.aborted) return
      say(
        `${services[name].name} has ended (${code === null ? 'killed' : `exit code ${code}`}), see ${logFile}`,
      )
    })
  for (const service of lab.services) void report(service)
}
