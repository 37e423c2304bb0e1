/** Measures the lab against floors written by hand: `npm run bench`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Option } from 'commander'
import { asText, createCommand, createOption, runProgram } from '../cli/command-line.ts'
import { installBun } from '../local/bundle/install-bun.ts'
import { dropPostgresVariables } from '../local/postgres/binaries.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { tryFile } from '../local/try-file.ts'
import { type Figure, renderTable } from './figure.ts'
import { describeMachine, findCores } from './machine.ts'
import { click } from './parts/click.ts'
import { hop } from './parts/hop.ts'
import { messages } from './parts/messages.ts'
import { order } from './parts/order.ts'
import { paced } from './parts/paced.ts'
import { rabbitmq } from './parts/rabbitmq.ts'
import { ten } from './parts/ten-services.ts'
import type { Plan } from './plan.ts'

const parts = { click, order, hop, ten, paced, messages, rabbitmq } satisfies Record<
  string,
  (plan: Plan) => Promise<Figure[]>
>

type PartName = keyof typeof parts

const partNames = Object.keys(parts) as PartName[]

/** A new file in `results/`. */
function defaultFile(): string {
  const time = new Date().toISOString().replaceAll(':', '-').slice(0, 19)
  return fileURLToPath(new URL(`../results/bench-${time}.json`, import.meta.url))
}

const command = createCommand(
  'bench',
  'Measures the lab against floors: the same work written by hand.',
)
  .addOption(new Option('--only <part...>', 'one part; may be repeated').choices(partNames))
  .option('--quick', 'short rounds, judged by no target: shows that the bench works')
  .addOption(
    createOption('--out <file>', 'where to write the figures', asText).default(
      defaultFile(),
      'results/bench-TIME.json',
    ),
  )

type Options = { only?: PartName[]; quick?: true; out: string }

const lengths = {
  full: { rounds: 5, seconds: 2, warmUpSeconds: 0.5 },
  quick: { rounds: 1, seconds: 0.3, warmUpSeconds: 0.2 },
}

async function measure(chosen: readonly PartName[], plan: Plan): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const name of chosen) {
    console.log(`${name} …`)
    figures.push(...(await parts[name](plan)))
  }
  return figures
}

/** Rounds that are too short are judged by no target. */
const withoutTarget = ({ target, met, ...figure }: Figure): Figure => figure

/** Writes the figures with the conditions under which they were measured. */
async function writeResults(file: string, figures: Figure[], plan: Plan): Promise<void> {
  const { cores, rounds, seconds, warmUpSeconds } = plan
  const conditions = {
    time: new Date().toISOString(),
    node: process.version,
    processor: cpus()[0]?.model,
    parallelism: availableParallelism(),
    loadAverage: loadavg(),
    ...{ cores, rounds, seconds, warmUpSeconds },
  }
  await writeFile(file, `${JSON.stringify({ conditions, figures }, undefined, 2)}\n`)
}

const findBun = () =>
  installBun().catch(({ message }: Error) => void console.log(`  without Bun: ${message}`))

const interrupted = 130

async function bench(): Promise<number> {
  const { only, quick = false, out } = command.opts<Options>()
  if (process.platform !== 'linux')
    throw new Error('The bench needs Linux: /proc counts the CPU time and memory of processes.')
  await tryFile('--out', out)
  bypassProxies()
  dropPostgresVariables()
  const interruption = new AbortController()
  onInterrupt(() => interruption.abort(new Error('Interrupted.')))
  const { signal } = interruption
  const cores = findCores()
  console.log(describeMachine(cores))
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  const length = lengths[quick ? 'quick' : 'full']
  const plan = { cores, logFolder, quick, signal, findBun, ...length }
  try {
    const measured = await measure(
      partNames.filter((name) => only?.includes(name) ?? true),
      plan,
    )
    const figures = quick ? measured.map(withoutTarget) : measured
    console.log(`\n${renderTable(figures)}\n`)
    await writeResults(out, figures, plan)
    console.log(`written to ${out}`)
    return figures.some(({ met }) => met === false) ? 1 : 0
  } catch (error) {
    if (!signal.aborted) throw error
    return interrupted
  } finally {
    await rm(logFolder, { recursive: true, force: true })
  }
}

await runProgram({ command, run: bench })
process.exit()
