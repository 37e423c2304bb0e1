/** A lab of this program's own, started with the settings of an experiment. */
import { openLab } from '../../local/lab.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import type { RunningService } from '../../local/processes/process.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Condition } from '../experiment.ts'
import { clearFaults, readFaults, setFaults } from '../faults.ts'
import type { ResourcePoint } from '../measurement.ts'
import type { LabSettings } from '../predict/lab-settings.ts'
import { targetOf } from '../target.ts'
import { readUsage } from './process-usage.ts'
import { readSettings } from './shown-settings.ts'

const resourcesEveryMs = 1000

// Added to the longest wait and the longest work, for a busy machine.
const slackSeconds = 5

export type MeasuredLabOptions = {
  settings: Partial<LabSettings>
  logFolder: string
  /** Variables that options gave, such as `FAULTS`; an address for traces. */
  environment?: Record<string, string> | undefined
  /** The address that the services listen on and have in their URLs. */
  host?: string | undefined
  signal?: AbortSignal | undefined
}

/** How long a request may take, its waits included, in seconds. */
export const longestOf = (settings: LabSettings): number =>
  slackSeconds +
  settings.QUEUE_TIMEOUT_MS / 1000 +
  Math.max(settings.EMAIL_DELAY_MS / 1000, settings.PAYMENT_DELAY_MS / 1000) +
  settings.REPORT_CPU_SECONDS

/**
 * Starts a lab on free ports, with a database of its own that is thrown away. Its settings are those
 * that the services show.
 * @throws StartError if a part does not start; the reason of `signal` if that aborts
 */
export async function openMeasuredLab(options: MeasuredLabOptions) {
  const { logFolder, environment = {}, host = '127.0.0.1', signal } = options
  const given = Object.entries(options.settings).map(([name, value]) => [name, String(value)])
  const lab = await openLab({
    database: { port: 0 },
    environment: {
      ...environment,
      ...Object.fromEntries(given),
      ...{ HOST: host, FAULT_SWITCH: 'on' },
    },
    inherited: inheritedBy(process.env),
    logFolder,
    ...(signal && { signal }),
  })
  const target = targetOf((name) => lab.urls[name])
  const settings = await readSettings(target).catch(async (error: unknown) => {
    await lab.close()
    throw error
  })
  return {
    ...target,
    settings,
    /** The address of this machine that load generators reach, as in a URL. */
    host: new URL(lab.urls.user).hostname,
    longestSeconds: longestOf(settings),
    /**
     * Adds the latency of a condition to its function; returns what restores the faults that it
     * had.
     */
    async prepare({ fault }: Condition): Promise<() => Promise<unknown>> {
      if (!fault) return async () => {}
      const { of, latency } = fault
      const { faults: before } = await readFaults(target, of)
      await setFaults(target, of, { ...before, latency })
      return () => (before ? setFaults(target, of, before) : clearFaults(target, of))
    },
    /**
     * The resources that the process of a function has used; `undefined` if the system hides them.
     */
    usageOf: async (name: FunctionName) => {
      const service = lab.services.find((running) => running.name === name)
      return service && readUsage(service.pid)
    },
    watchResources: () => watchResources(lab.services),
    close: lab.close,
  }
}

export type MeasuredLab = Awaited<ReturnType<typeof openMeasuredLab>>

/** Reads what each service uses, once per second, until it is stopped. */
function watchResources(services: readonly RunningService[]) {
  const start = performance.now()
  const points: ResourcePoint[] = []
  const read = async () => {
    const atMs = Math.round(performance.now() - start)
    for (const { name: of, pid } of services) {
      const usage = await readUsage(pid)
      if (usage) points.push({ of, atMs, cpuMs: usage.cpuMs, memoryBytes: usage.memoryBytes })
    }
  }
  void read()
  const timer = setInterval(read, resourcesEveryMs)
  return {
    stop(): ResourcePoint[] {
      clearInterval(timer)
      return points
    },
  }
}
