/** Plays the six scenarios once, and prints the prediction beside the measurement. */

import { createTarget } from '../lab/target.ts'
import { play } from '../lab/tour/play.ts'
import { scenarios } from '../lab/tour/scenarios.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { services } from '../model/services.ts'
import { createCommand, runProgram } from './command-line.ts'
import { type Address, baseUrlOption, firstPortOption } from './shared-options.ts'
import { chooseLayout } from './tour-table.ts'

const command = createCommand('tour', 'Plays the six scenarios once against a running lab.')
  .addOption(baseUrlOption())
  .addOption(firstPortOption())

async function tour(): Promise<number> {
  bypassProxies()
  const target = createTarget(command.opts<Address>())
  const { heading, print } = chooseLayout(process.stdout.columns)
  console.log(heading)
  let asExpected = 0
  const replicas = new Map<string, string>()
  for (const scenario of scenarios) {
    const result = await play(scenario, target)
    console.log(print(scenario, result))
    if (result.asExpected) asExpected++
    if (result.servedBy) replicas.set(services[scenario.function].name, result.servedBy)
  }
  console.log(inWords(replicas))
  console.log(`\n${asExpected} of ${scenarios.length} scenarios went as expected.`)
  return asExpected === scenarios.length ? 0 : 1
}

/** Which replica of each service answered; nothing if all run on one host, as local processes do. */
function inWords(replicas: ReadonlyMap<string, string>): string {
  if (new Set(replicas.values()).size < 2) return ''
  return `\nAnswered by ${[...replicas].map((pair) => pair.join(' ')).join(', ')}.`
}

/** The reason of a failed fetch is in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  return cause?.code ?? cause?.message ?? message
}

await runProgram({
  command,
  run: tour,
  explain: (error) =>
    `\nThe tour failed: ${reasonOf(error)}. Is a lab running at that address? ` +
    'npm start -- --no-tour starts one.',
  onClosedPipe: () => process.exit(0),
})
