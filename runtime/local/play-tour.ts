import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../lab/tour.ts', import.meta.url))

export type PlayTourOptions = { firstPort: number; signal: AbortSignal }

/** Plays the six scenarios once, as a program of its own: it sees the lab from outside, as any client does. */
export async function playTour({ firstPort, signal }: PlayTourOptions): Promise<void> {
  const tour = spawn(process.execPath, [entry, '--first-port', String(firstPort)], {
    stdio: 'inherit',
  })
  const end = () => tour.kill()
  signal.addEventListener('abort', end, { once: true })
  await new Promise((resolve) => tour.once('exit', resolve))
  signal.removeEventListener('abort', end)
}
