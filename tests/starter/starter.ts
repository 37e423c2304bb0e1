import { type ChildProcess, type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inject, onTestFinished } from 'vitest'
import { freePorts } from '../../local/processes/ports.ts'
import { commandOf } from '../../local/processes/process-info.ts'
import type { State } from '../../local/processes/state.ts'
import { quickestFolder } from '../quickest-folder.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a program from the project's root, like its npm script. */
const launch = (program: string, args: string[], environment: Environment, cwd = root) =>
  spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: 'pipe',
  })

/** Runs an npm script in its own process group, like a shell with a terminal. */
const launchNpm = (script: string, args: string[], environment: Environment) =>
  spawn('npm', ['run', script, '--', ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'pipe',
    detached: true,
  })

type Environment = Record<string, string>

/** Services refuse nothing, however busy the machine is: for tests that expect answers. */
export const patient = { LOOP_WAIT_LIMIT_MS: '0' }

const exitCodeOf = (child: ChildProcess): Promise<number | null> =>
  once(child, 'exit').then(([code]) => code as number | null)

/** Resets a lab's database to its seed data; resolves with the exit code. */
export const reset = (
  folder: string,
  environment: Environment = {},
  cwd = root,
): Promise<number | null> =>
  exitCodeOf(launch('cli/reset.ts', ['--folder', folder], environment, cwd))

/** Audits a lab's ledger; resolves with the exit code. */
export const audit = (
  folder: string,
  environment: Environment = {},
  cwd = root,
): Promise<number | null> =>
  exitCodeOf(launch('cli/audit.ts', ['--folder', folder], environment, cwd))

/** Runs another command; resolves with its exit code and its output. */
export async function run(program: string, args: string[]) {
  const { exited, output } = observe(launch(`cli/${program}.ts`, args, {}))
  return { code: await exited, output: output() }
}

/** A folder that PostgreSQL's account can enter, like most project folders. */
export async function temporaryFolder(parent?: string): Promise<string> {
  const folder = await mkdtemp(join(parent ?? (await quickestFolder()), 'lockstep-starter-'))
  await chmod(folder, 0o755)
  return folder
}

/** Copies the data of a stopped PostgreSQL to a folder that does not exist yet. */
export async function copyData(to: string): Promise<void> {
  // Keeps the owner, as a backup does.
  await promisify(execFile)('cp', ['-a', inject('dataFolder'), to])
}

/** The folder of a stopped lab with a seeded database. */
export async function labFolder(): Promise<string> {
  const folder = await temporaryFolder()
  await copyData(join(folder, 'postgres'))
  return folder
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })

export type Starter = {
  process: ChildProcess
  /** The output so far. */
  output: () => string
  /** Resolves with the output once a line begins with `start`, or when the program ends. */
  line: (start: string) => Promise<string>
  /** Resolves with the exit code. */
  exited: Promise<number | null>
}

/**
 * Starts a lab as a user would, with its own folder and ports; it ends with the test at the latest.
 */
export const start = (args: string[], environment: Environment = {}, cwd = root): Starter =>
  endWithTest(observe(launch('cli/start.ts', args, environment, cwd)))

/** Starts a lab that several tests share, and that the caller ends. */
export const startShared = (args: string[], environment: Environment = {}): Starter =>
  observe(launch('cli/start.ts', args, environment))

/** Starts `npm run SCRIPT`; it ends with the test at the latest. */
export const startNpm = (script: string, args: string[], environment: Environment = {}): Starter =>
  endWithTest(observe(launchNpm(script, args, environment)))

export async function end({ process: child, exited }: Starter): Promise<void> {
  child.kill('SIGTERM')
  await exited
}

/** A failed test must not disturb the next one. */
function endWithTest(starter: Starter): Starter {
  onTestFinished(() => end(starter))
  return starter
}

function observe(child: ChildProcessByStdio<Writable, Readable, Readable>): Starter {
  let output = ''
  const exited = exitCodeOf(child)
  const line = (beginning: string) =>
    new Promise<string>((resolve) => {
      const look = () => {
        if (output.split('\n').some((printed) => printed.startsWith(beginning))) resolve(output)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      void exited.then(() => resolve(output))
      look()
    })
  for (const stream of [child.stdout, child.stderr])
    stream.prependListener('data', (chunk: Buffer) => {
      output += chunk
    })
  return { process: child, output: () => output, line, exited }
}

/** The processes of a running lab: services and PostgreSQL. */
export async function processesOf(folder: string): Promise<number[]> {
  const { services, postgresFolder } = JSON.parse(
    await readFile(join(folder, 'lab.json'), 'utf8'),
  ) as State
  const [postgres] = (
    await readFile(join(postgresFolder ?? '', 'data', 'postmaster.pid'), 'utf8')
  ).split('\n')
  return [...services.map(({ pid }) => pid), Number(postgres)]
}

/** The processes that are still running. A zombie has no command line. */
export async function alive(processes: number[]): Promise<number[]> {
  const commands = await Promise.all(processes.map(commandOf))
  return processes.filter((_, index) => commands[index] !== undefined)
}

/**
 * A folder and ports for the labs of a test file, and the arguments of `npm start` that name them.
 */
export async function findPlace() {
  const folder = await labFolder()
  const firstPort = await freePorts()
  const args = ['--no-tour', '--fast', '--folder', folder, '--first-port', String(firstPort)]
  return { folder, firstPort, args }
}

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address
const hasIPv6 = addresses.some(({ address }) => address === '::1')
/** Settings of HOST on this machine, and the address at which its services are reached. */
export const hosts: [host: string, baseUrl: string][] = [['localhost', 'http://localhost']]
if (hasIPv6) hosts.push(['::1', 'http://[::1]'], ['::', 'http://localhost'])
if (outer) hosts.push([outer, `http://${outer}`])
