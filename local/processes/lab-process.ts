/**
 * A lab in its own process, for a program that loads it: `node lab-process.ts FIRST_PORT` with an
 * IPC channel. It sends `{ ready: true }` when all services are ready, and ends with the channel.
 */
import { explainStart, runInForeground } from './foreground.ts'

const options = { fast: false, runtime: 'node', ephemeral: false, observe: false } as const

try {
  await runInForeground(
    { ...options, folder: '.lab', firstPort: Number(process.argv[2]) },
    async () => void process.send?.({ ready: true }),
  )
  process.exit(0)
} catch (error) {
  console.error(`The lab cannot start. ${explainStart(error)}`)
  process.exit(1)
}
