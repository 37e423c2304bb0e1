/** The lab that a measurement is made of: its own, that of a commit, or a platform. */
import { join } from 'node:path'
import type { Experiment } from '../experiment.ts'
import type { Platform } from '../measurement.ts'
import { type Checkout, openCheckoutLab } from './checkout.ts'
import { openMeasuredLab } from './measured-lab.ts'
import { openPlatform } from './platform.ts'
import type { Results } from './results-folder.ts'
import type { SealedContent } from './sealed.ts'
import type { WarmUp } from './warm-up.ts'

export type MeasureOptions = {
  results: Results
  experiments: readonly Experiment[]
  /** Measured instead of labs of this program's own. */
  platform?: Platform | undefined
  /** Its services are measured instead of those of this program. */
  checkout?: Checkout | undefined
  seed: number
  /** Sealed with the predictions. */
  conditions: SealedContent['conditions']
  /** Further starts until the 95 % interval of each median is at most this share of it wide. */
  until?: number | undefined
  /** The commands that run k6, which share each load. */
  generators: readonly string[]
  /** The address that this machine and its lab listen on, for generators on other machines. */
  host?: string | undefined
  /** Measures although the load generator is too slow; the report says so. */
  ignoreGate?: boolean | undefined
  /** Variables for the services that options gave. */
  given: Record<string, string>
  signal: AbortSignal
  say: (line: string) => void
}

export const labOptions = ({ results, given, host, signal }: MeasureOptions) => ({
  logFolder: join(results.folder, 'logs'),
  environment: given,
  host,
  signal,
})

/** The same without faults: a calibration that met them would predict them. */
export const withoutFaults = (options: MeasureOptions): MeasureOptions => {
  const { FAULTS: _, ...given } = options.given
  return { ...options, given }
}

/** @throws StartError if a part does not start */
export async function openLabOf(options: MeasureOptions, settings: Experiment['settings']) {
  const { platform, checkout } = options
  if (platform) return openPlatform(platform, options)
  const all = { ...labOptions(options), settings }
  return checkout ? openCheckoutLab(checkout, all) : openMeasuredLab(all)
}

/** Says if a lab did not become steady. */
export function sayWarm({ seconds, steady }: WarmUp, say: MeasureOptions['say']): void {
  if (!steady)
    say(`After ${seconds.toFixed(0)} s of warm-up, latencies still fall: the machine may be busy.`)
}
