/** Plays the six scenarios, and prints the prediction beside the measurement. */
import { resolve } from 'node:path'
import { printRow } from '../formats/table.ts'
import { createTarget, type Target } from '../lab/target.ts'
import { play, type Result } from '../lab/tour/play.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { StartError } from '../local/start.ts'
import { type Scenario, scenarios } from '../model/scenarios.ts'
import { services } from '../model/services.ts'
import { createCommand, isMain, type Program, runProgram } from './command-line.ts'
import { type Address, addressOptions, asyncFolderOption, withStyle } from './shared-options.ts'
import { playAcceptedTour } from './tour-accepted.ts'

const description = 'Plays the six scenarios against a running lab.'

const notes = `
With --async it also reads when the work was done, from the database of DATABASE_URL, otherwise from
that of the folder. For the containers, set
DATABASE_URL=postgresql://dbuser:dbpass@localhost:5433/microservices_db
`

const options = [...addressOptions(), asyncFolderOption()]
const command = createCommand('tour', description, options, notes)

const requestOf = ({ method, function: name, route }: Scenario) =>
  `  ${method} ${name}${route.replace(/{.+}/, '1')}`

// Fixed, because each result is printed as soon as it is there.
const widths = [
  Math.max(...scenarios.map((scenario) => requestOf(scenario).length)),
  '200 after 2000 ms'.length,
  '200 10000 ms'.length,
]
const headings = [
  ['scenario', 'expected', 'measured', 'verdict'],
  ['  request', 'where the time went (ms)'],
]

const inMs = (milliseconds: number) =>
  `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`

// As many parts as fit beside the request, on so many rows.
const partsOfRow = /\S.{0,64}(?: \+|$)/g

/** The parts of `Server-Timing` in order, and the service's own time. */
function whereTheTimeWent(phases: ReadonlyMap<string, number>): string[] {
  const named = [...phases].filter(([name]) => name !== 'total')
  const elsewhere = named.reduce((sum, [, time]) => sum + time, 0)
  const own = Math.max(0, (phases.get('total') ?? 0) - elsewhere)
  const parts = [...named, ['own', own] as const].map(
    ([name, time]) => `${name} ${Math.round(time)}`,
  )
  return parts.join(' + ').match(partsOfRow) ?? []
}

const cellsOf = (scenario: Scenario, { expected, status, measuredMs, phases, verdict }: Result) => [
  [
    `${scenario.number} ${scenario.title}`,
    `${expected.status} ${expected.because}`,
    `${status} ${inMs(measuredMs)}`,
    verdict,
  ],
  ...whereTheTimeWent(phases).map((parts, row) => [row === 0 ? requestOf(scenario) : '', parts]),
]

/** The rows of one scenario, at most 100 columns wide. */
export const printResult = (scenario: Scenario, result: Result): string =>
  print(cellsOf(scenario, result))

const print = (rows: string[][]) => rows.map((cells) => printRow(cells, widths)).join('\n')

// Right after a start, the first update takes ten times as long as the tenth.
const playsBefore = 10
const quick = scenarios.filter(({ waitsFor }) => !waitsFor)
const quickNumbers = new Intl.ListFormat('en-GB').format(quick.map(({ number }) => `${number}`))
const notice = `Scenarios ${quickNumbers} are played ${playsBefore} times first: cold code is slow.`

/** Plays a scenario that waits for nothing until its code is compiled, and then once more. */
async function playWarm(scenario: Scenario, target: Target): Promise<Result> {
  if (quick.includes(scenario)) for (let n = 0; n < playsBefore; n++) await play(scenario, target)
  return play(scenario, target)
}

async function run(): Promise<number> {
  bypassProxies()
  const { style, folder, ...address } = withStyle(command.opts<Address & { folder: string }>())
  const target = createTarget(address)
  const isAsync = style === 'async'
  const asExpected = await (isAsync ? playAcceptedTour(target, resolve(folder)) : playTour(target))
  console.log(`\n${asExpected} of ${scenarios.length} scenarios went as expected.`)
  return asExpected === scenarios.length ? 0 : 1
}

/** Plays the six scenarios; resolves with how many went as expected. */
async function playTour(target: Target): Promise<number> {
  console.log(`\n${notice}\n\n${print(headings)}`)
  let asExpected = 0
  const replicas = new Map<string, string>()
  for (const scenario of scenarios) {
    const result = await playWarm(scenario, target)
    console.log(printResult(scenario, result))
    if (result.asExpected) asExpected++
    if (result.servedBy) replicas.set(services[scenario.function].name, result.servedBy)
  }
  // Local processes all run on one host.
  if (new Set(replicas.values()).size > 1)
    console.log(`\nAnswered by ${[...replicas].map((pair) => pair.join(' ')).join(', ')}.`)
  return asExpected
}

/** The reason of a failed fetch is in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  return cause?.code ?? cause?.message ?? message
}

export const tour: Program = {
  command,
  run,
  explain: (error) =>
    error instanceof StartError
      ? error.message
      : `\nThe tour failed: ${reasonOf(error)}. Is a lab running at that address? ` +
        `npm start -- ${command.opts<{ async: boolean }>().async ? '--async ' : ''}--no-tour ` +
        'starts one.',
  onClosedPipe: () => process.exit(0),
}

if (isMain(import.meta.url)) await runProgram(tour)
