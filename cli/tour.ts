/** The six scenarios, played once against whatever runs there: what theory expects beside what was measured. */
import { parseArgs } from 'node:util'
import { play, type Result } from '../lab/play.ts'
import { type Scenario, scenarios } from '../lab/scenarios.ts'
import { createTarget } from '../lab/target.ts'
import { bypassProxies, ownBaseUrl } from '../local/addresses.ts'
import { services } from '../model/services.ts'

const help = `Plays the six scenarios once against a running lab.

  npm run tour -- [options]

  --base-url http://localhost   scheme and host of the lab
  --first-port 8001             port of userservice; the nine others follow it
  --help                        show this
`

const headings = [
  'scenario',
  'request',
  'expected',
  'measured',
  'where the time went (ms)',
  'verdict',
]
const widths = [25, 31, 20, 14, 58, 12]
const wide = widths.reduce((sum, width) => sum + width + 1, 0)

const row = (cells: string[]) =>
  cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join(' ')
    .trimEnd()

/** A narrow terminal gets each scenario in a few lines, its values under each other. */
const block = ([title = '', ...cells]: string[]) =>
  [
    title,
    ...cells.map((cell, column) => `    ${(headings[column + 1] ?? '').padEnd(26)}${cell}`),
  ].join('\n')

const inMs = (milliseconds: number) =>
  `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`

/** What the service waited for, as it happened, and the rest, which it took itself. */
function whereTheTimeWent(hops: ReadonlyMap<string, number>): string {
  const named = [...hops].filter(([name]) => name !== 'total')
  const elsewhere = named.reduce((sum, [, time]) => sum + time, 0)
  const own = Math.max(0, (hops.get('total') ?? 0) - elsewhere)
  return [...named, ['own', own] as const]
    .map(([name, time]) => `${name} ${Math.round(time)}`)
    .join(' + ')
}

const cellsOf = ({ number, title, function: name, method, route }: Scenario, result: Result) => [
  `${number} ${title}`,
  `${method} ${name}${route.replace(/{.+}/, '1')}`,
  `${result.expected.status} ${result.expected.because}`,
  `${result.status} ${inMs(result.measuredMs)}`,
  whereTheTimeWent(result.hops),
  result.verdict,
]

async function tour(baseUrl: string, firstPort: number): Promise<number> {
  const target = createTarget({ baseUrl, firstPort })
  const layout = (process.stdout.columns ?? wide) < wide ? block : row
  console.log(layout === row ? `\n${row(headings)}` : '')
  let asExpected = 0
  for (const scenario of scenarios) {
    const result = await play(scenario, target)
    console.log(layout(cellsOf(scenario, result)))
    if (result.asExpected) asExpected++
  }
  console.log(`\n${asExpected} of ${scenarios.length} scenarios went as expected.`)
  return asExpected === scenarios.length ? 0 : 1
}

/** fetch hides the reason of a failure in its cause. */
const reasonOf = (error: unknown) => {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  return cause?.code ?? cause?.message ?? message
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'base-url': { type: 'string', default: ownBaseUrl() },
      'first-port': { type: 'string', default: String(services.user.port) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  bypassProxies()
  return tour(values['base-url'], Number(values['first-port']))
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(
    `\nThe tour ended early: ${reasonOf(error)}. Is the lab up at that address? npm start -- --no-tour starts one here.`,
  )
  return 1
})
