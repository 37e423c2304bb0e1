/** k6 of the PATH, or with the lab in the containers of a compose file. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ExecuteOptions, outputOf } from '../../local/processes/execute.ts'
import { onInterrupt } from '../../local/processes/interrupts.ts'
import { services } from '../../model/services.ts'
import { type Style, type StyleName, styles } from '../../model/styles.ts'

const composeOf = ({ composeFile }: Style) => ['compose', '-f', composeFile]

const howToGetK6 = `k6 is neither on the PATH nor is there a Docker that could run it.
Get it with one of these, then try again:
  brew install k6                 macOS
  winget install k6               Windows
  https://grafana.com/docs/k6/latest/set-up/install-k6/   Linux, and everything else
  https://docs.docker.com/get-started/get-docker/         Docker, for k6 and the lab in containers`

/** k6 of the PATH loads any lab; k6 in a container loads the lab's own containers. */
export type K6 = 'path' | 'container'

/**
 * Looks for a k6.
 * @throws Error saying how to get one; TimeLimitError if Docker does not answer
 */
export async function findK6(limit: Pick<ExecuteOptions, 'limitMs'> = {}): Promise<K6> {
  const answers = async (program: string, ...args: string[]) =>
    (await outputOf(program, args, limit)) !== undefined
  if (await answers('k6', 'version')) return 'path'
  if ((await answers('docker', 'info')) && (await answers('docker', 'compose', 'version')))
    return 'container'
  throw new Error(howToGetK6)
}

export type RunK6Options = {
  k6: K6
  /** Which containers k6 runs with, if it runs in one. */
  style?: StyleName
  script: string
  environment: Record<string, string>
  /** Whether k6 also writes its own report. */
  report?: boolean
  /** Whether only the script writes to the terminal. */
  quiet?: boolean
}

/** Runs one of the scripts; resolves with k6's exit code, 99 if a threshold failed. */
export function runK6(options: RunK6Options): Promise<number> {
  const { k6, style = 'sync', script, environment, report, quiet } = options
  const variables = Object.entries(environment).flatMap((pair) => ['-e', pair.join('=')])
  const out = report ? ['--out', 'web-dashboard=port=-1&period=2s&export=results/report.html'] : []
  const args = ['run', ...(quiet ? ['--quiet'] : []), ...out, ...variables, `k6-tests/${script}`]
  if (k6 === 'path') return showProgram('k6', args)
  return showProgram('docker', [
    ...composeOf(styles[style]),
    '--profile',
    'load',
    'run',
    '--rm',
    'k6',
    ...args,
  ])
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs a program in the project's folder with its output shown; resolves with its exit code.
 * Forwards each signal to end this program once: k6 ends a run at the first, and aborts it at the
 * second.
 */
async function showProgram(program: string, args: string[]): Promise<number> {
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

export async function containersRun(style: Style): Promise<boolean> {
  const args = [...composeOf(style), 'ps', '--quiet', services.user.name]
  return Boolean(await outputOf('docker', args, { cwd: root }))
}

/** Starts the services in containers, and waits until they are healthy. */
export const startContainers = (style: Style): Promise<number> =>
  showProgram('docker', [
    ...composeOf(style),
    ...['up', '--build', '--wait', '--detach'],
    ...Object.values(services).map(({ name }) => name),
  ])
