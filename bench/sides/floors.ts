import { join } from 'node:path'
import { type FunctionName, services, urlVariable } from '../../model/services.ts'
import { type Server, startServer } from './server.ts'

export type FloorsOptions = {
  /** The functions to start; their callees start as well. */
  functions: readonly FunctionName[]
  databaseUrl?: string
  environment?: Record<string, string>
  cores: readonly number[]
  /** Where they write their logs. */
  logFolder: string
}

/** Floors that are ready, by function. */
export type Floors = {
  servers: Map<FunctionName, Server>
  close: () => Promise<void>
}

const script = new URL('../floors/main.ts', import.meta.url)

/** Starts the floor of each function in a process of its own, callees before their callers. */
export async function startFloors({
  functions,
  databaseUrl = '',
  environment = {},
  cores,
  logFolder,
}: FloorsOptions): Promise<Floors> {
  const starting = new Map<FunctionName, Promise<Server>>()

  async function startAfterCallees(name: FunctionName): Promise<Server> {
    const addresses: Record<string, string> = { DATABASE_URL: databaseUrl }
    for (const callee of services[name].calls)
      addresses[urlVariable(callee)] = (await start(callee)).url
    return startServer({
      script,
      args: [name],
      environment: { ...environment, ...addresses },
      cores,
      logFile: join(logFolder, `${name}-floor.log`),
    })
  }

  function start(name: FunctionName): Promise<Server> {
    const server = starting.get(name) ?? startAfterCallees(name)
    starting.set(name, server)
    return server
  }

  await Promise.all(functions.map(start))
  const servers = new Map<FunctionName, Server>()
  for (const [name, server] of starting) servers.set(name, await server)
  return {
    servers,
    close: async () => void (await Promise.all([...servers.values()].map(({ close }) => close()))),
  }
}
