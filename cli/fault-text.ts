/** The faults of a service in words. */
import type { Faults, FaultsOfReplica } from '../lab/faults.ts'

const latencies: Record<string, (...values: string[]) => string> = {
  fixed: (ms) => `${ms} ms longer`,
  uniform: (least, most) => `${least} to ${most} ms longer`,
  normal: (mean, deviation) => `${mean} ± ${deviation} ms longer (normally distributed)`,
  exponential: (mean) => `${mean} ms longer on average (exponentially distributed)`,
}

/** A latency in the notation of `--latency`. */
function longer(latency: string): string {
  const [kind = '', ...values] = latency.includes(':') ? latency.split(':') : ['fixed', latency]
  return latencies[kind]?.(...values) ?? `${latency} longer`
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`

function describe({ latency, error_rate, refuse, after_ms, for_ms, seed }: Faults): string {
  const effects = [
    latency !== undefined && `each request takes ${longer(latency)}`,
    error_rate !== undefined && `${percent(error_rate)} of the requests fail`,
    refuse && 'connections are refused',
  ]
  const conditions = [
    after_ms !== undefined && `after ${after_ms / 1000} s`,
    for_ms !== undefined && `for ${for_ms / 1000} s`,
    seed !== undefined && `with seed ${seed}`,
  ]
  const parts = effects.some(Boolean) ? effects : ['works as designed']
  return [...parts, ...conditions].filter((part) => part).join(', ')
}

/** The faults of one replica, which is named if there are several: the others may have none. */
export const inWords = ({ faults, servedBy }: FaultsOfReplica, hasSeveral: boolean): string =>
  `${faults ? describe(faults) : 'works as designed'}${hasSeveral ? ` (${servedBy})` : ''}`
