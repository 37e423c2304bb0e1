import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Figure } from './figure.ts'
import type { Plan } from './plan.ts'

const folder = fileURLToPath(new URL('../results', import.meta.url))

/** A file of this run's own in `results/`. */
export const defaultFile = (now = new Date()): string =>
  join(folder, `bench-${now.toISOString().replaceAll(':', '-').slice(0, 19)}.json`)

/** Writes the figures with the conditions under which they were measured. */
export async function writeResults(
  file: string,
  { plan, figures }: { plan: Plan; figures: Figure[] },
): Promise<void> {
  const { cores, rounds, seconds, warmUpSeconds } = plan
  const conditions = {
    time: new Date().toISOString(),
    node: process.version,
    processor: cpus()[0]?.model,
    parallelism: availableParallelism(),
    loadAverage: loadavg(),
    cores,
    rounds,
    seconds,
    warmUpSeconds,
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ conditions, figures }, undefined, 2)}\n`)
}
