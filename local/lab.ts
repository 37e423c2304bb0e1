import {
  callsOf,
  type FunctionName,
  functionNames,
  hasDatabase,
  portOf,
  services,
  urlVariable,
} from '../model/services.ts'
import type { StyleName } from '../model/styles.ts'
import { reachableHost } from './processes/addresses.ts'
import { sayLostLogs } from './processes/lost-logs.ts'
import {
  type RunningService,
  type StartServiceOptions,
  startService,
  untilReady,
} from './processes/process.ts'
import { boundLogs } from './processes/rotate-logs.ts'
import { openServers, type ServerOptions, type Servers } from './servers.ts'

export type LabOptions = {
  style?: StyleName | undefined
  /**
   * The port of the first service; the others follow it. By default every service takes a free one.
   */
  firstPort?: number | undefined
  databaseUrl: string | Promise<string>
  /** Of a RabbitMQ; without it, messages wait in the database. */
  brokerUrl?: Promise<string> | undefined
  environment?: Record<string, string | undefined>
  /** The variables that services inherit: by default those of this process. */
  inherited?: NodeJS.ProcessEnv
  runtime?: string
  logFolder: string
  /** The services to start; their callees start as well. */
  functions?: readonly FunctionName[]
  /** The address at which callers reach a service; a test puts a proxy there. Needs free ports. */
  addressOf?: (service: RunningService) => Promise<string>
  /** Called for each service that is ready. */
  onReady?: (service: RunningService) => void
}

export type Lab = {
  /** Resolves when all services are ready; rejects with the first that does not start. */
  ready: Promise<void>
  /** The services that listen so far. */
  services: RunningService[]
  /** Their addresses. */
  readonly urls: Record<FunctionName, string>
  /** Restarts a stopped service on its port with its settings; resolves when it is ready. */
  restart: (name: FunctionName) => Promise<void>
  /** Ends callers before callees, so that accepted requests are answered; kills after `graceMs`. */
  stop: (options?: { graceMs?: number }) => Promise<void>
  kill: () => Promise<void>
}

/** Starts the services, each as soon as the addresses that it needs are known. */
export function launchLab({
  style = 'sync',
  firstPort,
  databaseUrl,
  brokerUrl,
  environment = {},
  inherited = process.env,
  runtime = process.execPath,
  logFolder,
  functions = functionNames,
  addressOf = async ({ url }) => url,
  onReady = () => {},
}: LabOptions): Lab {
  const running: RunningService[] = []
  const launches = new Map<FunctionName, Promise<RunningService>>()
  const startedWith = new Map<FunctionName, StartServiceOptions>()
  const sayLost = sayLostLogs()

  function launch(name: FunctionName): Promise<RunningService> {
    const launched = launches.get(name) ?? launchWithNeeds(name)
    launches.set(name, launched)
    return launched
  }

  const urlOf = async (name: FunctionName) =>
    firstPort === undefined
      ? addressOf(await launch(name))
      : `http://${reachableHost(environment.HOST || '127.0.0.1')}:${portOf(name, firstPort)}`

  async function launchWithNeeds(name: FunctionName): Promise<RunningService> {
    const addresses: Record<string, string> = {}
    if (hasDatabase(name, style)) addresses.DATABASE_URL = await databaseUrl
    if (brokerUrl) Object.assign(addresses, { BROKER: 'rabbitmq', BROKER_URL: await brokerUrl })
    for (const callee of callsOf(name, style)) addresses[urlVariable(callee)] = await urlOf(callee)
    const port = firstPort === undefined ? 0 : portOf(name, firstPort)
    const own = { environment: { ...environment, STYLE: style, ...addresses }, inherited }
    const onLostLog = (problem: string | null) => sayLost(name, problem)
    return start({ name, port, ...own, runtime, logFolder, onLostLog })
  }

  async function start(options: StartServiceOptions): Promise<RunningService> {
    const service = await startService(options)
    startedWith.set(service.name, { ...options, port: service.port })
    running.push(service)
    return service
  }

  async function restart(name: FunctionName): Promise<void> {
    const options = startedWith.get(name)
    if (!options) throw new Error(`${services[name].name} was never started`)
    running.splice(0, Infinity, ...running.filter((service) => service.name !== name))
    await untilReady(await start(options))
  }

  async function launchAndWait(name: FunctionName): Promise<void> {
    const service = await launch(name)
    await untilReady(service)
    onReady(service)
  }

  const ready = Promise.all(functions.map(launchAndWait)).then(() => {})
  // Avoids an unhandled rejection if nothing awaits it.
  for (const each of [ready, brokerUrl]) each?.catch(() => {})
  const end = async (those: RunningService[], how: 'stop' | 'kill') =>
    void (await Promise.all(those.map((service) => service[how]())))
  return {
    ready,
    services: running,
    get urls() {
      return Object.fromEntries(running.map(({ name, url }) => [name, url])) as Record<
        FunctionName,
        string
      >
    },
    restart,
    kill: () => end(running, 'kill'),
    async stop({ graceMs = 60_000 } = {}) {
      const timer = setTimeout(() => end(running, 'kill'), graceMs)
      await Promise.allSettled(launches.values())
      const isCaller = ({ name }: RunningService) => callsOf(name, style).length > 0
      await end(running.filter(isCaller), 'stop')
      await end(running, 'stop')
      clearTimeout(timer)
    },
  }
}

type OpenLabOptions = Omit<LabOptions, 'databaseUrl' | 'brokerUrl'> &
  ServerOptions & {
    /** Aborts to close the lab while it opens. */
    signal?: AbortSignal
    /** Aborts to kill the services, including their accepted requests. */
    hurry?: AbortSignal
  }

export type OpenLab = Lab &
  Omit<Servers, 'logs'> & {
    /** Stops the services, callers first, then PostgreSQL and RabbitMQ. */
    close: () => Promise<void>
  }

/**
 * Opens a lab: PostgreSQL, its broker and the services, all of them ready. If it fails, it closes all of them.
 * @throws StartError or Error if a part does not start; the reason of `signal` if that aborts
 */
export async function openLab({
  database,
  rabbitmq,
  signal,
  hurry,
  ...options
}: OpenLabOptions): Promise<OpenLab> {
  signal?.throwIfAborted()
  await using opened = new AsyncDisposableStack()
  const servers = await openServers({ database, rabbitmq }, opened)
  const { databaseUrl, brokerUrl } = servers
  const lab = launchLab({ ...options, databaseUrl, brokerUrl })
  opened.defer(() => lab.stop())
  hurry?.addEventListener('abort', lab.kill, { once: true })
  const all = Promise.all([servers.ready, lab.ready])
  const [{ logs, ...ready }] = await Promise.race([all, aborted(signal)])
  await ready.broker?.persistQueues()
  opened.defer(boundLogs([options.logFolder, ...logs]))
  const owned = opened.move()
  return { ...lab, ...ready, close: () => owned.disposeAsync() }
}

/** Rejects when `signal` aborts. */
const aborted = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
