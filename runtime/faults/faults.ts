import { Counter, Gauge } from 'prom-client'
import { createRandom, type Random } from '../../formats/random.ts'
import { waitAtLeast } from '../../functions/wait.ts'
import { metrics as declared } from '../../model/metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { FaultSpec } from './fault-spec.ts'
import { drawLatency, type Latency, parseLatency } from './fault-spec.ts'

/** Thrown in place of an answer. Clients cannot distinguish it from a real fault. */
export class InjectedFault extends Error {
  override name = 'InjectedFault'
}

/** Stops and starts listening. */
export type Listening = { suspend: () => Promise<void>; resume: () => Promise<void> }

const kinds = ['latency', 'error', 'refuse'] as const

/** The faults that an experiment injects into one container; none until they are set. */
export function createFaults({ registry }: Metrics) {
  let spec: FaultSpec | undefined
  let latency: Latency | undefined
  let random: Random = Math.random
  let begin = 0
  let end = Infinity
  let timers: NodeJS.Timeout[] = []
  let listening: Listening | undefined

  const isActive = () => spec !== undefined && performance.now() >= begin && performance.now() < end
  const isOn = {
    latency: () => latency !== undefined,
    error: () => spec?.error_rate,
    refuse: () => spec?.refuse,
  }

  const injected = new Counter({
    ...declared.faultsInjected,
    registers: [registry],
  })
  for (const kind of kinds) injected.inc({ kind }, 0)
  new Gauge({
    ...declared.faultActive,
    registers: [registry],
    collect() {
      for (const kind of kinds) this.set({ kind }, isActive() && isOn[kind]() ? 1 : 0)
    },
  })

  function planRefusal({ after_ms = 0, for_ms = 0 }: FaultSpec): void {
    const suspend = () => {
      injected.inc({ kind: 'refuse' })
      void listening?.suspend()
    }
    timers = [
      setTimeout(suspend, after_ms),
      setTimeout(() => void listening?.resume(), after_ms + for_ms),
    ]
  }

  return {
    /** The configured faults, active or not. */
    get current(): FaultSpec | undefined {
      return performance.now() < end ? spec : undefined
    },
    isActive,
    /** Replaces the configured faults; `undefined` clears them. */
    set(next: FaultSpec | undefined): void {
      for (const timer of timers) clearTimeout(timer)
      spec = next
      latency = next?.latency === undefined ? undefined : parseLatency(next.latency)
      begin = performance.now() + (next?.after_ms ?? 0)
      end = next?.for_ms === undefined ? Infinity : begin + next.for_ms
      random = createRandom(next?.seed ?? Date.now())
      if (next?.refuse) planRefusal(next)
    },
    /** Sets how connections are refused. */
    control(how: Listening): void {
      listening = how
    },
    /**
     * Makes one request slow, or fails it.
     * @throws InjectedFault
     */
    async inject(signal: AbortSignal): Promise<void> {
      if (!isActive()) return
      const fails = random() < (spec?.error_rate ?? 0)
      if (latency) {
        injected.inc({ kind: 'latency' })
        await waitAtLeast(drawLatency(latency, random), signal)
      }
      if (!fails) return
      injected.inc({ kind: 'error' })
      throw new InjectedFault('this request fails on purpose')
    },
  }
}

export type Faults = ReturnType<typeof createFaults>
