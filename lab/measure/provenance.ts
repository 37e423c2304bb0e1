/** Where the figures of a measurement come from: the commit and the machine. */
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { outputOf } from '../../local/processes/execute.ts'

/** The commit, with `-dirty` if files differ from it; `undefined` outside a repository. */
export const commitOf = (): Promise<string | undefined> =>
  outputOf('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    cwd: import.meta.dirname,
  })

const read = (file: string) =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )

/**
 * The share of time that a hypervisor gave to others while this machine wanted to run, since it
 * booted; `undefined` if the system does not tell.
 */
async function stealShare(): Promise<number | undefined> {
  const [first = ''] = ((await read('/proc/stat')) ?? '').split('\n')
  const times = first.split(/\s+/).slice(1).map(Number)
  // user nice system idle iowait irq softirq steal: proc(5).
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal] = times
  if (steal === undefined) return undefined
  const busy = user + nice + system + irq + softirq + steal
  return busy > 0 ? steal / busy : 0
}

/** The machine, as far as it tells. */
export async function describeMachine(): Promise<Record<string, string | number>> {
  const governor = await read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')
  const steal = await stealShare()
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
    system: `${type()} ${release()}`,
    ...(governor && { governor }),
    ...(steal !== undefined && { stealPercent: Number((steal * 100).toFixed(2)) }),
  }
}

/** The machine in one line: figures of another one are other figures. */
export const nameMachine = async (): Promise<string> => {
  const { cpu, cores, system } = await describeMachine()
  return `${cores} × ${cpu}, ${system}, Node.js ${process.version}`
}
