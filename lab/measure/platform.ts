/** A platform that runs elsewhere, whose replicas its own engine starts and ends. */
import { reachableHost } from '../../local/processes/addresses.ts'
import { type FunctionName, services } from '../../model/services.ts'
import type { Condition } from '../experiment.ts'
import type { Platform, PlatformAddress } from '../measurement.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { createTarget, settingsOf } from '../target.ts'
import { longestOf, type MeasuredLab } from './measured-lab.ts'
import { awaitReplicas, runScale } from './scale.ts'

/** The functions whose settings a prediction of registrations and payments needs. */
const described: readonly FunctionName[] = ['email', 'payment', 'user']

/**
 * Reads the settings of a platform from the metrics of its services.
 * @throws Error if a service does not answer
 */
export async function describePlatform(address: PlatformAddress): Promise<Platform> {
  const target = createTarget(address)
  const shown = await Promise.all(
    described.map((name) =>
      settingsOf(target, name).catch(() => {
        throw new Error(`${services[name].name} does not answer at ${target.urls[name]}`)
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
  const target = createTarget(platform)
  return {
    ...target,
    settings,
    host: reachableHost(host),
    longestSeconds: longestOf(settings),
    /** Scales the services of a condition, and waits until exactly those replicas answer. */
    async prepare({ replicas }: Condition) {
      const { of = [], count = 0 } = replicas ?? {}
      for (const name of of) await runScale(scale, { service: services[name].name, count })
      await Promise.all(of.map((name) => awaitReplicas(target.urls[name], count, { signal })))
      return async () => {}
    },
    // Its processes may be anywhere.
    usageOf: async () => undefined,
    watchResources: () => ({ stop: () => [] }),
    close: async () => {},
  }
}
