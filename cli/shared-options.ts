/** The options that more than one command has. */
import type { Option } from 'commander'
import { parseBaseUrl } from '../formats/durations.ts'
import { ownBaseUrl, reachableHost } from '../local/processes/addresses.ts'
import { whyNotHost } from '../local/processes/ports.ts'
import { firstPort, highestFirstPort, services } from '../model/services.ts'
import { asText, createOption, UsageError } from './command-line.ts'

/** @throws Error unless every service gets a valid port */
function parseFirstPort(name: string, text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > highestFirstPort)
    throw new Error(`${name} must be a port from 1 to ${highestFirstPort}, not "${text}"`)
  return port
}

const firstService = `port of ${services.user.name}; the other services follow it`

export const firstPortOption = (): Option =>
  createOption('--first-port <port>', firstService, parseFirstPort, firstPort)

/** The address of a lab, from `addressOptions`. */
export type Address = { baseUrl: string; firstPort: number }

export const addressOptions = (baseUrl = 'scheme and host of the lab'): Option[] => [
  createOption('--base-url <url>', baseUrl, parseBaseUrl, ownBaseUrl()),
  firstPortOption(),
]

export const folderOption = (): Option =>
  createOption('--folder <path>', 'folder of the database and the logs', asText, '.lab')

/** @throws Error if the text is empty */
function parseGenerator(name: string, text: string, earlier: string[] = []): string[] {
  if (text.trim() === '') throw new Error(`${name} must be a command that runs k6`)
  return [...earlier, text.trim()]
}

/** @throws Error unless other machines can reach the address */
function parseHost(name: string, text: string): string {
  const isAny = ['0.0.0.0', '::', '[::]'].includes(text)
  if (isAny || !URL.canParse(`http://${reachableHost(text)}`))
    throw new Error(`${name} must be one address of this machine, such as 10.0.0.1, not "${text}"`)
  return text
}

/** @throws UsageError unless this machine has that address */
export async function checkHost(host: string | undefined): Promise<void> {
  const problem = host && (await whyNotHost(host))
  if (problem) throw new UsageError(problem.replace(/^HOST/, '--host'))
}

const generator = 'runs k6, such as "ssh alice@10.0.0.2 k6"; several share the load'

export const generatorOptions = (): Option[] => [
  createOption('--generator <command>', generator, parseGenerator),
  createOption('--host <address>', 'address of this machine for the generators', parseHost),
]
