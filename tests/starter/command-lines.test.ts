import { execFile } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { audit } from '../../cli/audit.ts'
import { type Program, runCommand } from '../../cli/command-line.ts'
import { dead } from '../../cli/dead.ts'
import { fault } from '../../cli/fault.ts'
import { lab } from '../../cli/lab.ts'
import { load } from '../../cli/load.ts'
import { predict } from '../../cli/predict.ts'
import { reset } from '../../cli/reset.ts'
import { start } from '../../cli/start.ts'
import { tour } from '../../cli/tour.ts'
import { highestFirstPort } from '../../model/services.ts'
import { root } from './starter.ts'

type Ended = { code: number; stdout: string; stderr: string }

const runProcess = (program: string, args: string[]): Promise<Ended> =>
  new Promise((resolve) =>
    execFile(process.execPath, [program, ...args], { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    ),
  )

const programs = { start, tour, load, audit, fault, reset, dead, predict, lab } satisfies Record<
  string,
  Program
>
type Script = keyof typeof programs
const scripts = Object.keys(programs) as Script[]

/** Runs a command in this process. */
async function run(script: Script, args: string[]): Promise<Ended> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const error = vi.spyOn(console, 'error').mockReturnValue()
  try {
    const code = await runCommand(programs[script], args)
    const stdout = [...write.mock.calls, ...log.mock.calls].join('\n')
    return { code, stdout, stderr: error.mock.calls.join('\n') }
  } finally {
    for (const spy of [write, log, error]) spy.mockRestore()
  }
}

const optionsOf: Record<Script, string[]> = {
  start: [
    '--async',
    '--no-tour',
    '--fast',
    '--runtime',
    '--ephemeral',
    '--observe',
    '--first-port',
    '--folder',
  ],
  tour: ['--async', '--base-url', '--first-port'],
  load: ['profile', '--async', '--only', '--duration', '--report', '--base-url', '--first-port'],
  audit: ['--async', '--pending-limit', '--folder'],
  fault: ['service', '--async', '--latency', '--error-rate', '--off', '--base-url', '--first-port'],
  reset: ['--async', '--folder'],
  dead: ['--redrive', '--drop', '--id', '--folder'],
  predict: ['--rate', '--delay', '--slots', '--queue', '--arrivals', '--cores', '--seed', '--json'],
  lab: ['--profile', '--only', '--until', '--resume', '--compare', '--base-url', '--first-port'],
}
const withOption = (option: string) =>
  scripts.filter((script) => optionsOf[script].includes(option))

const hintOf = (script: Script) =>
  `${script === 'start' ? 'npm start' : `npm run ${script}`} -- --help shows the options.`

/** Expects one line that names the error. */
function expectRefused(script: Script, { code, stdout, stderr }: Ended, ...words: string[]): void {
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(hintOf(script))])
  for (const word of words) expect(stderr).toContain(word)
  expect(stdout).toBe('')
  expect(code).toBe(script === 'audit' ? 2 : 1)
}

const expectRefusal = async (script: Script, args: string[], ...words: string[]) =>
  expectRefused(script, await run(script, args), ...words)

test.each(scripts)('%s --help prints the options', async (script) => {
  const { code, stdout, stderr } = await run(script, ['--help'])
  for (const option of [...optionsOf[script], '--help']) expect(stdout).toContain(option)
  expect([code, stderr]).toEqual([0, ''])
})

test.each(scripts)('%s refuses an unknown option, as a process', async (script) =>
  expectRefused(
    script,
    await runProcess(`cli/${script}.ts`, ['--frst-port', '1']),
    "'--frst-port'",
  ),
)

test.each(scripts)('%s refuses a missing value', async (script) => {
  const option = ['--first-port', '--folder', '--rate'].find((name) =>
    optionsOf[script].includes(name),
  ) as string
  await expectRefusal(script, [option], option, 'missing')
  await expectRefusal(script, [option, '--help'], option)
})

test.each(['start', 'tour', 'audit', 'reset', 'predict'] as const)(
  '%s refuses an argument',
  (script) => expectRefusal(script, ['everything'], 'oo many arguments'),
)

test.each(withOption('--first-port'))('%s refuses an invalid first port', async (script) => {
  const refuse = (port: string) =>
    expectRefusal(
      script,
      ['--first-port', port],
      `--first-port must be a port from 1 to ${highestFirstPort}, not "${port}"`,
    )
  const wrong = ['abc', '0', '80.5', '-1', String(highestFirstPort + 1)]
  for (const each of wrong) await refuse(each)
})

test.each(withOption('--base-url'))('%s refuses an invalid base URL', async (script) => {
  const refuse = (url: string) =>
    expectRefusal(script, ['--base-url', url], '--base-url must be scheme and host', url)
  const wrong = ['localhost', 'ftp://localhost', 'http://localhost:8001', 'http://a/b']
  for (const each of wrong) await refuse(each)
})

test.each([
  ['start', ['--runtime', 'deno'], '--runtime', 'Allowed choices are node, bun'],
  ['load', ['havy'], 'havy', 'Allowed choices are default'],
  ['load', ['light', 'heavy'], 'oo many arguments'],
  ['load', ['--only', '7'], '--only', '1 to 6'],
  ['load', ['--only', '6\r'], '--only', 'not "6\\r"'],
  ['start', ['--runtime', '\u001b[2Kbun'], '--runtime', '\\u{1b}[2Kbun'],
  ['load', ['--duration', 'soon'], '--duration', 'such as 90s'],
  ['load', ['--duration', '0s'], '--duration', 'longer than 0, not "0s"'],
  ['load', ['--host', '203.0.113.7'], '--host "203.0.113.7" is not an address of this machine'],
  ['lab', ['--host', '203.0.113.7'], '--host "203.0.113.7" is not an address of this machine'],
  ['lab', ['--host', 'lab.invalid'], '--host "lab.invalid" is neither an address nor a name'],
  ['audit', ['--pending-limit', 'soon'], '--pending-limit', 'above 0'],
  ['dead', ['--drop', 'orders'], '--drop must be a queue', 'not "orders"'],
  ['dead', ['--id', 'a'], '--id needs --redrive or --drop'],
  ['dead', ['--drop', 'order_paid_queue', '--redrive', 'order_paid_queue'], 'cannot be used with'],
  ['lab', ['--async'], 'The lab measures the synchronous style'],
  ['predict', ['--async', '--rate', '1'], 'Predictions are of the synchronous style'],
  ['fault', ['mail'], 'mail', 'Allowed choices are user'],
  ['fault', ['email', 'payment'], 'oo many arguments'],
  ['fault', ['email', '--error-rate', 'often'], '--error-rate', 'must be a number'],
  ['fault', ['email', '--seed', ''], '--seed', 'must be a number'],
  ['fault', ['email', '--for', '10'], '--for', 'such as 90s'],
  ['fault', ['email', '--for', '0s'], '--for', 'longer than 0'],
  ['fault', ['email', '--off', '--latency', '4'], '--off', '--latency'],
  ['fault', ['--latency', '400'], 'Name the service'],
  ['predict', ['--delay', '300'], '--rate is missing'],
  ['predict', ['--rate', 'high'], '--rate must be a number'],
  ['predict', ['--rate', '0'], '--rate', 'from 0.001 to 10000, not "0"'],
  ['predict', ['--rate', '1', '--slots', '2.5'], '--slots', 'a whole number from 1 to 10000'],
  ['predict', ['--rate', '1', '--delay', '-1'], '--delay', 'from 0 to 600000, not "-1"'],
  ['predict', ['--rate', '1', '--arrivals', 'odd'], '--arrivals', 'choices are even, poisson'],
  ['predict', ['--rate', '1'], '--delay', '--hop-cost', '--cpu', '--query'],
  ['predict', ['--rate', '1', '--hops', '3'], '--hops and --hop-cost need each other'],
] as [Script, string[], ...string[]][])('%s refuses %j', (script, args, ...words) =>
  expectRefusal(script, args, ...words),
)

test('bench tries --out before it measures', async () => {
  const args = ['--quick', '--only', 'click', '--out', 'README.md/figures.json']
  const { code, stdout, stderr } = await runProcess('bench/bench.ts', args)
  expect(stderr).toMatch(/^--out cannot be written to README\.md\/figures\.json: E.+\n$/)
  expect([code, stdout]).toEqual([1, ''])
})
