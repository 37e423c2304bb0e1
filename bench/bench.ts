/** Measures the lab against floors written by hand: `npm run bench`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCommand, createOption, runProgram } from '../cli/command-line.ts'
import { dropPostgresVariables } from '../local/postgres/environment.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { type Figure, withoutTarget } from './figure.ts'
import { describeMachine, findCores } from './machine.ts'
import { type PartName, partNames, parts } from './parts.ts'
import type { Plan } from './plan.ts'
import { defaultFile, writeResults } from './results.ts'
import { renderTable } from './table.ts'

type Options = { only?: PartName[]; quick?: true; out: string }

/** @throws Error unless the text names a part */
function addPart(name: string, text: string, chosen: PartName[] = []): PartName[] {
  const part = partNames.find((candidate) => candidate === text)
  if (!part) throw new Error(`${name} must be one of ${partNames.join(', ')}, not "${text}"`)
  return [...chosen, part]
}

const command = createCommand(
  'bench',
  'Measures the lab against floors: the same work written by hand.',
)
  .addOption(
    createOption('--only <part>', `one part; may be repeated: ${partNames.join(', ')}`, addPart),
  )
  .option('--quick', 'short rounds, judged by no target: shows that the bench works')
  .addOption(
    createOption('--out <file>', 'where to write the figures', (_, text) => text).default(
      defaultFile(),
      'results/bench-TIME.json',
    ),
  )

const lengths = {
  full: { rounds: 5, seconds: 2, warmUpSeconds: 0.5 },
  quick: { rounds: 1, seconds: 0.3, warmUpSeconds: 0.2 },
}

async function measure(chosen: readonly PartName[], plan: Plan): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const name of chosen) {
    plan.say(`${name} …`)
    figures.push(...(await parts[name](plan)))
  }
  return figures
}

const interrupted = 130

async function bench(): Promise<number> {
  const { only, quick = false, out } = command.opts<Options>()
  const chosen = partNames.filter((name) => only?.includes(name) ?? true)
  if (process.platform !== 'linux')
    throw new Error('The bench needs Linux: /proc counts the CPU time and memory of processes.')
  bypassProxies()
  dropPostgresVariables()
  const interruption = new AbortController()
  onInterrupt(() => interruption.abort(new Error('Interrupted.')))
  const { signal } = interruption
  const cores = findCores()
  console.log(describeMachine(cores))
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  const lengthsOf = lengths[quick ? 'quick' : 'full']
  const plan = { cores, logFolder, quick, signal, say: console.log, ...lengthsOf }
  try {
    const measured = await measure(chosen, plan)
    return await report(quick ? measured.map(withoutTarget) : measured, plan, out)
  } catch (error) {
    if (!signal.aborted) throw error
    return interrupted
  } finally {
    await rm(logFolder, { recursive: true, force: true })
  }
}

async function report(figures: Figure[], plan: Plan, out: string): Promise<number> {
  console.log(`\n${renderTable(figures)}\n`)
  await writeResults(out, { plan, figures })
  console.log(`written to ${out}`)
  return figures.some(({ met }) => met === false) ? 1 : 0
}

await runProgram({ command, run: bench })
process.exit()
