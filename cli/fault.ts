/** Lets something go wrong in a running lab, on purpose, and takes it back. */
import { parseArgs } from 'node:util'
import { parseDuration } from '../k6-tests/environment.ts'
import { createTarget, type Target } from '../lab/target.ts'
import { bypassProxies, ownBaseUrl } from '../local/addresses.ts'
import { type FunctionName, functionNames, services } from '../model/services.ts'

const help = `Shows, sets or takes back what goes wrong on purpose. The lab has to be started with FAULT_SWITCH=on.

  npm run fault                                   what is set, in every service
  npm run fault -- email --latency 400            each e-mail takes 400 ms longer
  npm run fault -- email --latency exponential:400
  npm run fault -- payment --error-rate 0.1 --seed 7
  npm run fault -- inventory --refuse --after 5s --for 10s
  npm run fault -- email --off

  --latency L       milliseconds: 400, uniform:100:500, normal:400:50 or exponential:400 (its mean)
  --error-rate R    the share of requests that end in a 500, 0 to 1
  --refuse          connections are cut and refused; needs --for
  --after T         from when, such as 5s; without it at once
  --for T           for how long; without it until it is taken back
  --seed N          the same seed draws the same latencies and errors
  --off             take back what is set
  --base-url http://localhost, --first-port 8001   where the lab is
  --help            show this

Services: ${functionNames.join(', ')}
`

type Values = ReturnType<typeof parseCommand>['values']

const parseCommand = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      latency: { type: 'string' },
      'error-rate': { type: 'string' },
      refuse: { type: 'boolean' },
      after: { type: 'string' },
      for: { type: 'string' },
      seed: { type: 'string' },
      off: { type: 'boolean', default: false },
      'base-url': { type: 'string', default: ownBaseUrl() },
      'first-port': { type: 'string', default: String(services.user.port) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })

const milliseconds = (name: string, text: string) => Math.round(parseDuration(name, text) * 1000)

/** The fault as the service takes it; empty where none is asked for. The service itself says what is wrong with it. */
function specOf({
  latency,
  'error-rate': rate,
  refuse,
  after,
  for: duration,
  seed,
}: Values): object {
  return {
    ...(latency !== undefined && { latency }),
    ...(rate !== undefined && { error_rate: Number(rate) }),
    ...(refuse && { refuse }),
    ...(after !== undefined && { after_ms: milliseconds('--after', after) }),
    ...(duration !== undefined && { for_ms: milliseconds('--for', duration) }),
    ...(seed !== undefined && { seed: Number(seed) }),
  }
}

const inWords = (faults: unknown) => (faults ? JSON.stringify(faults) : 'as designed')

/** Asks the switch of one service; what it answers in words. */
async function ask(
  target: Target,
  name: FunctionName,
  method: string,
  spec?: object,
): Promise<string> {
  const body = spec && JSON.stringify(spec)
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${target.urlOf(name)}/faults`, {
    method,
    headers,
    ...(body && { body }),
  }).catch(() => {
    throw new Error(`${services[name].name} does not answer at ${target.urlOf(name)}`)
  })
  const answer = (await response.json()) as { faults?: unknown; detail?: unknown }
  if (response.status === 404)
    throw new Error(
      `The switch of ${services[name].name} is off: start the lab with FAULT_SWITCH=on`,
    )
  if (!response.ok)
    throw new Error(`${services[name].name} refuses: ${JSON.stringify(answer.detail)}`)
  return inWords(answer.faults)
}

async function showAll(target: Target): Promise<void> {
  for (const name of functionNames)
    console.log(
      `${services[name].name.padEnd(18)} ${await ask(target, name, 'GET').catch((error: Error) => error.message)}`,
    )
}

async function main(): Promise<void> {
  const { values, positionals } = parseCommand()
  if (values.help) return console.log(help)
  bypassProxies()
  const target = createTarget({
    baseUrl: values['base-url'],
    firstPort: Number(values['first-port']),
  })
  const [name, ...more] = positionals
  if (name === undefined) return showAll(target)
  if (!functionNames.includes(name as FunctionName) || more.length > 0)
    throw new Error(`Name one of ${functionNames.join(', ')}, not "${positionals.join(' ')}"`)
  const spec = specOf(values)
  const method = values.off ? 'DELETE' : Object.keys(spec).length > 0 ? 'PUT' : 'GET'
  const result = await ask(
    target,
    name as FunctionName,
    method,
    method === 'PUT' ? spec : undefined,
  )
  console.log(`${services[name as FunctionName].name}: ${result}`)
}

await main().catch((error: Error) => {
  console.error(`${error.message}\nnpm run fault -- --help shows the options.`)
  process.exitCode = 1
})
