import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { services } from '../model/services.ts'
import { type StyleName, styles } from '../model/styles.ts'
import { parseDatabaseUrl } from '../runtime/settings/config.ts'
import type { Settings } from '../runtime/settings/setting-schemas.ts'
import { installBun } from './bundle/install-bun.ts'
import { type Lab, type OpenLab, openLab } from './lab.ts'
import { postgresPort } from './postgres/lab-database.ts'
import { ownBaseUrl } from './processes/addresses.ts'
import { takenPorts } from './processes/ports.ts'
import type { RunningService } from './processes/process.ts'
import { startPrometheus } from './processes/prometheus.ts'
import { rotateLogs } from './processes/rotate-logs.ts'
import { lockFolder, removeState, stateOf, writeState } from './processes/state.ts'
import { StartError, type StartOptions } from './start.ts'

const fastFactor = 10

const stopping: Record<StyleName, string> = {
  sync: 'Stopping: callers first, so that accepted requests complete.',
  async: 'Stopping: deliveries that have begun complete, other messages wait for the next start.',
}

/** A lab that is ready for use. */
export type ReadyLab = {
  style: StyleName
  /** Scheme and host of the lab. */
  baseUrl: string
  firstPort: number
  /** The folder of data and logs. */
  folder: string
  /** Aborts when the lab ends. */
  signal: AbortSignal
}

export type StarterOptions = {
  options: StartOptions
  settings: Settings
  environment: Record<string, string | undefined>
  /** Aborts to end the lab, at any point. */
  signal: AbortSignal
  /** Aborts to end it at once, without answering accepted requests. */
  hurry: AbortSignal
  whenReady: (lab: ReadyLab) => Promise<void>
  say?: (line: string) => void
}

/**
 * Runs a lab until `signal` aborts; then ends all that it started, callers before callees.
 * @throws StartError if something prevents the start; what was started is then ended
 */
export async function runLab(starter: StarterOptions): Promise<void> {
  const { options, environment, signal, whenReady, say = console.log } = starter
  const { style, firstPort } = options
  const folder = resolve(options.folder)
  const baseUrl = ownBaseUrl(environment.HOST)
  const ended = new Promise<void>((end) => signal.addEventListener('abort', () => end()))
  await using cleanup = new AsyncDisposableStack()
  await prepareFolder(folder, say)
  cleanup.defer(() => removeState(folder))
  signal.addEventListener('abort', () => say(`${stopping[style]} Ctrl-C again stops at once.`))
  const lab = await open(starter, { folder, baseUrl, say })
  if (!lab) return
  cleanup.defer(lab.close)
  await writeState(folder, await stateOf(lab, options))
  say(
    `ready in ${lab.seconds}: ${lab.services.length} services on ` +
      `${baseUrl}:${firstPort} and the ports after it`,
  )
  watch(lab, signal, say)
  if (options.observe) cleanup.defer(await observe(lab, options, say))
  await whenReady({ style, baseUrl, firstPort, folder, signal })
  await ended
}

type Place = { folder: string; baseUrl: string; say: (line: string) => void }

/** Opens the lab and reports each service that is ready; `undefined` if `signal` aborts first. */
async function open(
  { options, settings, environment, signal, hurry }: StarterOptions,
  { folder, baseUrl, say }: Place,
): Promise<(OpenLab & { seconds: string }) | undefined> {
  const start = performance.now()
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`
  // Loopback by default, so that the lab is not open to the network.
  const HOST = environment.HOST || '127.0.0.1'
  const { style, firstPort, ephemeral, observe: observed } = options
  const { toolPortOffset } = styles[style]
  const url = parseDatabaseUrl(environment)
  await checkPorts(firstPort, HOST)
  const dataIn = (name: string) => (ephemeral ? undefined : join(folder, name))
  const isRabbitmq = style === 'async' && (options.broker ?? settings.BROKER) === 'rabbitmq'
  const rabbitmq = { url: environment.BROKER_URL || undefined, folder: dataIn('rabbitmq') }
  const opening = openLab({
    style,
    firstPort,
    database: { url, folder: dataIn('postgres'), port: postgresPort + toolPortOffset, say },
    rabbitmq: isRabbitmq ? { ...rabbitmq, observed, say } : undefined,
    environment: { HOST, ...(options.fast ? shortened(settings) : {}) },
    runtime: options.runtime === 'bun' ? await installedBun(say) : process.execPath,
    logFolder: join(folder, 'logs'),
    onReady: ({ name, port }) =>
      say(`  ${services[name].name.padEnd(18)} ${baseUrl}:${port}  ${seconds()}`),
    signal,
    hurry,
  })
  const lab = await opening.catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
  return lab && { ...lab, seconds: seconds() }
}

/**
 * Locks the folder for this lab, and ends processes that a killed lab left running.
 * @throws StartError if another process uses it, or if it cannot be made
 */
async function prepareFolder(folder: string, say: (line: string) => void): Promise<void> {
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true }).catch((cause: Error) => {
    throw new StartError(`The folder ${folder} cannot be created: ${cause.message}`, { cause })
  })
  const ended = await lockFolder(folder)
  if (ended.length > 0) say(`Ended processes of a killed lab: ${ended.join(', ')}`)
  await rotateLogs(logs)
  await mkdir(logs, { recursive: true })
}

/**
 * Checks that the services can listen.
 * @throws StartError naming each port that is taken, or the problem with HOST
 */
export async function checkPorts(firstPort: number, host: string): Promise<void> {
  if (host.includes('%'))
    throw new StartError(
      `HOST "${host}" names an interface, which a URL cannot: use another address`,
    )
  const taken = await takenPorts(firstPort, host)
  if (taken.length === 0) return
  throw new StartError(
    `In use: port ${taken.join(', ')}. End the programs that listen there, ` +
      'or use other ports: --first-port 18001',
  )
}

async function installedBun(say: (line: string) => void): Promise<string> {
  say('Looking for Bun (downloaded on first use) …')
  return installBun().catch((cause: Error) => {
    throw new StartError(cause.message, { cause })
  })
}

/** Starts a Prometheus for the lab; returns a function that stops it. */
async function observe(
  lab: OpenLab,
  { style, folder }: StartOptions,
  say: (line: string) => void,
): Promise<() => Promise<void>> {
  const targets = Object.fromEntries(
    lab.services.map(({ name, url }) => [services[name].name, new URL(url).host]),
  )
  const metricsPort = lab.broker?.metricsPort
  if (metricsPort) targets.rabbitmq = `127.0.0.1:${metricsPort}`
  const { url, stop } = await startPrometheus({
    style,
    targets,
    folder: resolve(folder, 'prometheus'),
  })
  say(`Prometheus runs at ${url}`)
  return stop
}

/** A tenth of the study's delays and CPU work. */
const shortened = ({ EMAIL_DELAY_MS, PAYMENT_DELAY_MS, REPORT_CPU_SECONDS }: Settings) => ({
  EMAIL_DELAY_MS: String(Math.round(EMAIL_DELAY_MS / fastFactor)),
  PAYMENT_DELAY_MS: String(Math.round(PAYMENT_DELAY_MS / fastFactor)),
  REPORT_CPU_SECONDS: String(REPORT_CPU_SECONDS / fastFactor),
})

/** Reports a service that stops while the lab is running. */
function watch(lab: Lab, signal: AbortSignal, say: (line: string) => void): void {
  const report = async ({ name, logFile, exited }: RunningService) => {
    const code = await exited
    const how = code === null ? 'killed' : `exit code ${code}`
    if (!signal.aborted) say(`${services[name].name} has stopped (${how}): see ${logFile}`)
  }
  for (const service of lab.services) void report(service)
}
