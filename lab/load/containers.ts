/** The lab and k6 in the containers of docker-compose-sync.yml. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { services } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { root, showProgram } from './show-program.ts'

const execute = promisify(execFile)
const compose = ['compose', '-f', styles.sync.composeFile]

/** Whether the lab's own containers run. */
export const containersRun = (): Promise<boolean> =>
  execute('docker', [...compose, 'ps', '--quiet', services.user.name], { cwd: root }).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false,
  )

/** Starts the services in containers, and waits until they are healthy. */
export const startContainers = (): Promise<number> =>
  showProgram('docker', [
    ...compose,
    ...['up', '--build', '--wait', '--detach'],
    ...Object.values(services).map(({ name }) => name),
  ])

/** Runs k6 in its container; resolves with its exit code. */
export const runK6Container = (args: string[]): Promise<number> =>
  showProgram('docker', [...compose, '--profile', 'load', 'run', '--rm', 'k6', ...args])
