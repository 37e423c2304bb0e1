import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ReadyLab } from '../local/starter.ts'

const entry = fileURLToPath(new URL('./tour.ts', import.meta.url))

/** Plays the six scenarios once in its own process, like any client. */
export async function playTour({ baseUrl, firstPort, signal }: ReadyLab): Promise<void> {
  const address = ['--base-url', baseUrl, '--first-port', String(firstPort)]
  const tour = spawn(process.execPath, [entry, ...address], { stdio: 'inherit' })
  const end = () => tour.kill()
  signal.addEventListener('abort', end, { once: true })
  await new Promise((resolve) => tour.once('exit', resolve))
  signal.removeEventListener('abort', end)
}
