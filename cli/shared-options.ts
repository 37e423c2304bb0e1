/** The options that more than one command has. */
import { Option } from 'commander'
import { parseBaseUrl } from '../formats/durations.ts'
import { ownBaseUrl, reachableHost } from '../local/processes/addresses.ts'
import { whyNotHost } from '../local/processes/ports.ts'
import { firstPortOf, highestFirstPort, services } from '../model/services.ts'
import { type StyleName, styles } from '../model/styles.ts'
import { asText, createOption, UsageError } from './command-line.ts'

/** @throws Error unless every service gets a valid port */
function parseFirstPort(name: string, text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > highestFirstPort)
    throw new Error(`${name} must be a port from 1 to ${highestFirstPort}, not "${text}"`)
  return port
}

const ports = { sync: firstPortOf(styles.sync), async: firstPortOf(styles.async) }
const firstService = `port of ${services.user.name}; the other services follow it`
const folder = 'folder of the database and the logs'

/** The default of an option that follows `--async`, in its help. */
const defaultIn = (sync: unknown, async: unknown) => `(default: ${sync}, with --async ${async})`

export const asyncOption = (): Option =>
  new Option('--async', 'the asynchronous style: messages instead of calls').default(false)

/** Refuses `--async` in a command that has one style only. */
export const refuseAsync = (reason: string): Option =>
  new Option('--async')
    .hideHelp()
    // A parser is called with a value only.
    .preset('')
    .argParser(() => {
      throw new UsageError(reason)
    })

export const firstPortOption = (): Option =>
  createOption(
    '--first-port <port>',
    `${firstService} ${defaultIn(ports.sync, ports.async)}`,
    parseFirstPort,
  )

/** The address of a lab, from `addressOptions`. */
export type Address = { baseUrl: string; firstPort: number }

const baseUrlOption = (meaning: string) =>
  createOption('--base-url <url>', meaning, parseBaseUrl, ownBaseUrl())

export const addressOptions = (): Option[] => [
  asyncOption(),
  baseUrlOption('scheme and host of the lab'),
  firstPortOption(),
]

/** The address of a platform, in a command that has the synchronous style only. */
export const platformOptions = (): Option[] => [
  baseUrlOption('replicas: scheme and host of the platform'),
  createOption('--first-port <port>', firstService, parseFirstPort, ports.sync),
]

const folders = defaultIn(styles.sync.folder, styles.async.folder)

export const folderOption = (): Option =>
  createOption('--folder <path>', `${folder} ${folders}`, asText)

/** The folder of a command that has the asynchronous style only. */
export const asyncFolderOption = (): Option =>
  createOption('--folder <path>', folder, asText, styles.async.folder as string)

type StyleOptions = { async?: boolean; firstPort?: number; folder?: string }

/** The style that a command line names, and the defaults that follow it. */
export function withStyle<Options extends StyleOptions>(options: Options) {
  const style: StyleName = options.async ? 'async' : 'sync'
  const defaults = { style, firstPort: ports[style], folder: styles[style].folder as string }
  return { ...defaults, ...options }
}

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
