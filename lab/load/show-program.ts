import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onInterrupt } from '../../local/processes/interrupts.ts'

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs a program in the project's folder with its output shown; resolves with its exit code.
 * Forwards each signal to end this program once: k6 ends a run at the first, and aborts it at the
 * second.
 */
export async function showProgram(program: string, args: string[]): Promise<number> {
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
