import { type Estimate, estimate, meanPlusMinus } from './batch-means.ts'
import type { Service } from './service.ts'
import type { Outcome, RefusalReason } from './station.ts'
import type { Summary } from './summary.ts'

/** The figures of requests; from a simulation, with their precision. */
export type Figures<S extends Summary = Summary> = {
  refusedShare: number
  /** Waits of the admitted requests for a slot. */
  waitMs: S
  /** Their waits for each resource while they hold the slot. */
  resourceWaitMs: Record<string, S>
  /** From arrival to answer, of the admitted requests. */
  latencyMs: S
}

export type Recorded = Figures<Estimate> & {
  requests: number
  /** Half the width of the 95 % interval of the refused share. */
  refusedPlusMinus: number
  refusals: Record<RefusalReason, number>
}

/** The outcomes of requests, in columns: millions of objects would take long to collect. */
export function createRecord({ resources }: Pick<Service, 'resources'>) {
  const refusals: (RefusalReason | undefined)[] = []
  // Of the admitted requests.
  const latencies: number[] = []
  const waits: number[] = []
  const resourceWaits = resources.map(() => [] as number[])

  /** A column without those of the first outcomes. */
  function after(first: number, column: readonly number[]): Float64Array {
    const left = refusals.slice(0, first).filter((reason) => !reason)
    return new Float64Array(column.slice(left.length))
  }

  function refusedShares(counted: readonly (RefusalReason | undefined)[]) {
    const shareOf = (reason: RefusalReason) =>
      counted.filter((each) => each === reason).length / counted.length
    return {
      queue_full: shareOf('queue_full'),
      wait_too_long: shareOf('wait_too_long'),
      queue_timeout: shareOf('queue_timeout'),
    }
  }

  return {
    add(outcome: Outcome): void {
      const isRefused = 'refusal' in outcome
      refusals.push(isRefused ? outcome.refusal : undefined)
      if (isRefused) return
      latencies.push(outcome.waitedMs + outcome.heldMs)
      waits.push(outcome.waitedMs)
      for (const [index, column] of resourceWaits.entries())
        column.push(outcome.resourceWaitsMs?.[index] ?? 0)
    },
    size: (): number => refusals.length,
    /** The latencies of those admitted, but for the first outcomes. */
    latencies: (first = 0): Float64Array => after(first, latencies),
    /** The figures of all requests, but for the first outcomes. */
    figures(first = 0): Recorded {
      const counted = refusals.slice(first)
      const waitFor = (index: number) => estimate(after(first, resourceWaits[index] ?? []))
      return {
        requests: counted.length,
        refusedShare: counted.filter((reason) => reason).length / counted.length,
        refusedPlusMinus: meanPlusMinus(Float64Array.from(counted, (reason) => (reason ? 1 : 0))),
        refusals: refusedShares(counted),
        waitMs: estimate(after(first, waits)),
        resourceWaitMs: Object.fromEntries(
          resources.map(({ name }, index) => [name, waitFor(index)]),
        ),
        latencyMs: estimate(after(first, latencies)),
      }
    },
  }
}
