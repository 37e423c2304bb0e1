/** What became of each request of a load that was due. */
import type { LoadSample } from '../../formats/samples.ts'
import { countDue, type Load } from '../../model/load-plan.ts'
import type { LoadAccount } from '../load-figures.ts'
import { quantile } from '../quantiles.ts'

/** How many requests of a load one generator sent, and how many not. */
export type LoadCounts = Pick<LoadAccount, 'sent' | 'dropped' | 'leftOut'>

// More than a timer is late on a machine with a free core.
const lateMs = 5

const lateness = (samples: readonly LoadSample[]) => {
  const times = samples.map((sample) => sample.lateMs)
  return {
    late: times.filter((ms) => ms > lateMs).length,
    lateP95Ms: quantile(times, 0.95) || 0,
    lateMaxMs: quantile(times, 1) || 0,
  }
}

/** In a closed loop, a request is due when its user sends it. */
function accountOf(load: Load, parts: readonly LoadCounts[], samples: readonly LoadSample[]) {
  const sum = (name: keyof LoadCounts) => parts.reduce((all, part) => all + part[name], 0)
  const sent = sum('sent')
  return {
    due: load.arrivals === 'closed' ? sent : countDue(load),
    sent,
    dropped: load.arrivals === 'closed' ? 0 : sum('dropped'),
    leftOut: sum('leftOut'),
    ...lateness(samples),
    unanswered: sent - samples.length,
  }
}

const none: LoadCounts = { sent: 0, dropped: 0, leftOut: 0 }

/** The account of each load, by its name, from the counts and samples of all generators. */
export function accountsOf(
  loads: readonly Load[],
  counts: readonly Record<string, LoadCounts>[],
  samples: readonly LoadSample[],
): Record<string, LoadAccount> {
  const byLoad = Map.groupBy(samples, ({ load }) => load)
  return Object.fromEntries(
    loads.map((load) => {
      const parts = counts.map((of) => of[load.name] ?? none)
      return [load.name, accountOf(load, parts, byLoad.get(load.name) ?? [])]
    }),
  )
}
