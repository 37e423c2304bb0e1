import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { services } from '../model/services.ts'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const compose = ['compose', '-f', 'docker-compose-sync.yml']

const howToGetK6 = `k6 is neither on the PATH nor is there a Docker that could run it.
Get it with one of these, then try again:
  brew install k6                 macOS
  winget install k6               Windows
  https://grafana.com/docs/k6/latest/set-up/install-k6/   Linux, and everything else
  https://docs.docker.com/get-started/get-docker/         Docker, for k6 and the lab in containers`

/** k6 of the PATH loads any lab; k6 in a container loads the lab's own containers. */
export type K6 = 'path' | 'container'

const answers = (program: string, args: string[]) =>
  execute(program, args).then(
    () => true,
    () => false,
  )

/**
 * Looks for a k6.
 * @throws Error saying how to get one
 */
export async function findK6(): Promise<K6> {
  if (await answers('k6', ['version'])) return 'path'
  if ((await answers('docker', ['info'])) && (await answers('docker', ['compose', 'version'])))
    return 'container'
  throw new Error(howToGetK6)
}

/** The commit, with `-dirty` if files differ from it; `undefined` outside a repository. */
export const commitOf = (): Promise<string | undefined> =>
  execute('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    cwd: root,
  }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )

/** Whether the lab's own containers run. */
export const containersRun = (): Promise<boolean> =>
  execute('docker', [...compose, 'ps', '--quiet', services.user.name], { cwd: root }).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false,
  )

/**
 * Runs a program in the project's root with its output shown; resolves with its exit code. Forwards
 * each signal to end this program once: k6 ends a run at the first, and aborts it at the second.
 */
export async function show(program: string, args: string[]): Promise<number> {
  // In its own process group, so that Ctrl-C does not signal it twice.
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', detached: true })
  const off = onInterrupt((signal) => child.kill(signal))
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (status) => resolve(status ?? 1))
    })
  } finally {
    off()
  }
}

/** Starts the services in containers, and waits until they are healthy. */
export const startContainers = (): Promise<number> =>
  show('docker', [
    ...compose,
    'up',
    '--build',
    '--wait',
    '--detach',
    ...Object.values(services).map(({ name }) => name),
  ])

export type RunK6Options = {
  k6: K6
  script: string
  environment: Record<string, string>
  /** Whether k6 also writes its own report. */
  report?: boolean
  /** Whether only the script writes to the terminal. */
  quiet?: boolean
}

/** Runs one of the scripts; resolves with k6's exit code, 99 if a threshold failed. */
export function runK6(options: RunK6Options): Promise<number> {
  const { k6, script, environment, report = false, quiet = false } = options
  const variables = Object.entries(environment).flatMap(([name, value]) => [
    '-e',
    `${name}=${value}`,
  ])
  const out = report ? ['--out', 'web-dashboard=port=-1&period=2s&export=results/report.html'] : []
  const flags = [...(quiet ? ['--quiet'] : []), ...out]
  const run = ['run', ...flags, ...variables, `k6-tests/${script}`]
  if (k6 === 'path') return show('k6', run)
  return show('docker', [...compose, '--profile', 'load', 'run', '--rm', 'k6', ...run])
}
