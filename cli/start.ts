/** Starts PostgreSQL and the services on one machine, plays the tour, and runs until a signal. */
import { explainStart, runInForeground } from '../local/processes/foreground.ts'
import type { ReadyLab } from '../local/starter.ts'
import { runProgram } from './command-line.ts'
import { farewell } from './farewell.ts'
import { playTour } from './play-tour.ts'
import { startCommand, startOptionsOf } from './start-options.ts'

const command = startCommand()
const end = new AbortController()

async function start(): Promise<number> {
  const options = startOptionsOf(command)
  const whenReady = async (lab: ReadyLab) => {
    if (options.tour) await playTour(lab)
    if (!lab.signal.aborted) console.log(farewell(lab, options))
  }
  await runInForeground(options, whenReady, end)
  return 0
}

await runProgram({
  command,
  run: start,
  explain: (error) => `Lockstep cannot start. ${explainStart(error)}`,
  onClosedPipe: () => end.abort(),
})
process.exit()
