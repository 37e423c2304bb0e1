import { join } from 'node:path'
import { nodeFlags } from '../../local/processes/process.ts'
import { type FunctionName, services, urlVariable } from '../../model/services.ts'
import { startProgram } from '../program.ts'

/** A server of one function. */
export type Server = { port: number; url: string; pid: number; close: () => Promise<void> }

type FloorOptions = {
  cores: readonly number[]
  environment?: Record<string, string>
  /** Where the floors write their logs. */
  logFolder: string
}

/**
 * Starts the floor of a function after those of its callees, each in a process of its own, with the
 * flags of the services.
 * @returns the servers, that of the function first
 */
export async function startFloors(
  name: FunctionName,
  options: FloorOptions,
): Promise<[Server, ...Server[]]> {
  const { environment, cores, logFolder } = options
  const addresses: Record<string, string> = {}
  const callees: Server[] = []
  for (const callee of services[name].calls) {
    const [server, ...others] = await startFloors(callee, options)
    addresses[urlVariable(callee)] = server.url
    callees.push(server, ...others)
  }
  const { message, pid, close } = await startProgram<{ port: number }>({
    script: new URL('main.ts', import.meta.url),
    args: [name, join(logFolder, `${name}-floor.log`)],
    cores,
    flags: nodeFlags,
    environment: { ...environment, ...addresses },
  })
  return [{ ...message, url: `http://127.0.0.1:${message.port}`, pid, close }, ...callees]
}
