/**
 * A lab in its own process, for a program that loads it: `node lab-process.ts STYLE FIRST_PORT`
 * with an IPC channel. It sends `{ ready: true }` when all services are ready, and ends with the channel.
 */
import { type StyleName, styles } from '../../model/styles.ts'
import { explainStart, runInForeground } from './foreground.ts'

const [style, firstPort] = process.argv.slice(2) as [StyleName, string]
const options = { fast: false, runtime: 'node', ephemeral: false, observe: false } as const

try {
  await runInForeground(
    { ...options, style, folder: styles[style].folder, firstPort: Number(firstPort) },
    async () => void process.send?.({ ready: true }),
  )
  process.exit(0)
} catch (error) {
  console.error(`The lab cannot start. ${explainStart(error)}`)
  process.exit(1)
}
