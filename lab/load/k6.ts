import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { runK6Container } from './containers.ts'
import { showProgram } from './show-program.ts'

const execute = promisify(execFile)

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
  const args = ['run', ...flags, ...variables, `k6-tests/${script}`]
  return k6 === 'path' ? showProgram('k6', args) : runK6Container(args)
}
