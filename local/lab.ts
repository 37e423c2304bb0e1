import { type FunctionName, functionNames, services, urlVariable } from '../model/services.ts'
import { reachableHost } from './addresses.ts'
import { type RunningService, startService, untilReady } from './process.ts'

export type LabOptions = {
  /** The port of the first service, the others follow; without it, every service takes a free one. */
  firstPort?: number | undefined
  databaseUrl: string | Promise<string>
  environment?: Record<string, string | undefined>
  runtime?: string
  logFolder: string
  /** Told of each service that is ready. */
  onReady?: (service: RunningService) => void
}

export type Lab = {
  /** Resolves when all ten are ready; rejects with the first that does not start. */
  ready: Promise<void>
  /** Those that listen so far. */
  services: RunningService[]
  /** Where the services that listen so far are. */
  readonly urls: Record<FunctionName, string>
  /** Ends callers before callees, so that what was accepted is answered; after `graceMs` the hard way. */
  stop: (options?: { graceMs?: number }) => Promise<void>
  kill: () => Promise<void>
}

/** The port of a service in a lab whose first service listens on `firstPort`. */
export const portOf = (name: FunctionName, firstPort: number): number =>
  firstPort + services[name].port - services.user.port

/** Starts all ten services, each as soon as what it needs is known; `ready` tells when and whether they are. */
export function launchLab({
  firstPort,
  databaseUrl,
  environment = {},
  runtime = process.execPath,
  logFolder,
  onReady = () => {},
}: LabOptions): Lab {
  const running: RunningService[] = []
  const launches = new Map<FunctionName, Promise<RunningService>>()

  function launch(name: FunctionName): Promise<RunningService> {
    const launched = launches.get(name) ?? launchWithNeeds(name)
    launches.set(name, launched)
    return launched
  }

  const urlOf = async (name: FunctionName) =>
    firstPort === undefined
      ? (await launch(name)).url
      : `http://${reachableHost(environment.HOST || '127.0.0.1')}:${portOf(name, firstPort)}`

  async function launchWithNeeds(name: FunctionName): Promise<RunningService> {
    const { calls, database } = services[name]
    const addresses: Record<string, string> = database ? { DATABASE_URL: await databaseUrl } : {}
    for (const callee of calls) addresses[urlVariable(callee)] = await urlOf(callee)
    const port = firstPort === undefined ? 0 : portOf(name, firstPort)
    const given = { ...environment, ...addresses }
    const service = await startService({ name, port, environment: given, runtime, logFolder })
    running.push(service)
    return service
  }

  async function launchAndWait(name: FunctionName): Promise<void> {
    const service = await launch(name)
    await untilReady(service)
    onReady(service)
  }

  const ready = Promise.all(functionNames.map(launchAndWait)).then(() => {})
  // Whoever waits for it hears of a failure; nobody else needs to.
  ready.catch(() => {})
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
    kill: () => end(running, 'kill'),
    async stop({ graceMs = 60_000 } = {}) {
      const timer = setTimeout(() => end(running, 'kill'), graceMs)
      await Promise.allSettled(launches.values())
      const isCaller = ({ name }: RunningService) => services[name].calls.length > 0
      await end(running.filter(isCaller), 'stop')
      await end(running, 'stop')
      clearTimeout(timer)
    },
  }
}

/**
 * Starts all ten services and waits until every one is ready.
 * @throws Error where one of them does not start; the others are ended then
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const lab = launchLab(options)
  try {
    await lab.ready
    return lab
  } catch (error) {
    await lab.stop()
    throw error
  }
}
