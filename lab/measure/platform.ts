/** A platform that runs elsewhere, whose replicas its own engine starts and ends. */
import { reachableHost } from '../../local/processes/addresses.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { type LabSettings, withDefaults } from '../predict/lab-settings.ts'
import { createTarget, type TargetOptions } from '../target.ts'
import type { Condition } from './experiment.ts'
import { longestOf, type MeasuredLab } from './measured-lab.ts'
import { awaitReplicas, runScale } from './scale.ts'

/** Where a platform is, and how its engine scales a service. */
export type PlatformAddress = Required<TargetOptions> & {
  /** The command, with `{service}` and `{replicas}`; no shell reads it. */
  scale: string
}

/** The same with the settings that its services show. */
export type Platform = PlatformAddress & { settings: LabSettings }

/** The functions whose settings a prediction of registrations and payments needs. */
const described: readonly FunctionName[] = ['email', 'payment', 'user']

/**
 * Reads the settings of a platform from the metrics of its services.
 * @throws Error if a service does not answer
 */
export async function describePlatform(address: PlatformAddress): Promise<Platform> {
  const { urlOf, settingsOf } = createTarget(address)
  const shown = await Promise.all(
    described.map((name) =>
      settingsOf(name).catch(() => {
        throw new Error(`${services[name].name} does not answer at ${urlOf(name)}`)
      }),
    ),
  )
  const known = new Map(shown.flatMap((settings) => [...settings]))
  const needed = Object.keys(withDefaults({})).filter((name) => known.has(name))
  const given = Object.fromEntries(needed.map((name) => [name, known.get(name)]))
  return { ...address, settings: withDefaults(given) }
}

type OpenOptions = { host?: string | undefined; signal?: AbortSignal }

/** Opens a platform as a lab that is measured; closing it leaves it as it is. */
export function openPlatform(
  platform: Platform,
  { host = '127.0.0.1', signal }: OpenOptions = {},
): MeasuredLab {
  const { settings, scale } = platform
  const { urlOf } = createTarget(platform)
  const urls = Object.fromEntries(functionNames.map((name) => [name, urlOf(name)]))
  return {
    settings,
    urls: urls as MeasuredLab['urls'],
    host: reachableHost(host),
    longestSeconds: longestOf(settings),
    /** Scales the services of a condition, and waits until exactly those replicas answer. */
    async prepare({ replicas }: Condition) {
      const { of = [], count = 0 } = replicas ?? {}
      for (const name of of) await runScale(scale, { service: services[name].name, count })
      await Promise.all(of.map((name) => awaitReplicas(urlOf(name), count, { signal })))
      return async () => {}
    },
    // Its processes may be anywhere.
    usageOf: async () => undefined,
    watchResources: () => ({ stop: () => [] }),
    close: async () => {},
  }
}
