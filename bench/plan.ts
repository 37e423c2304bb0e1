import type { Cores } from './machine.ts'

/** How a run measures. */
export type Plan = {
  cores: Cores
  /** Whether it only shows that the bench works. */
  quick: boolean
  /** Times that each side is measured. */
  rounds: number
  /** Seconds of one measurement. */
  seconds: number
  /** Seconds before it, for the compilers of the runtimes. */
  warmUpSeconds: number
  /** Where the services write their logs. */
  logFolder: string
  /** Aborts to end the run; what was started is then ended. */
  signal: AbortSignal
  /** The path of Bun; `undefined` if npm cannot fetch it. */
  findBun: () => Promise<string | undefined>
}
