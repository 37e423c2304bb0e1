/** The settings of a lab as its services show them in their metrics. */
import { samplesOf, valuesBy } from '../../formats/metrics-text.ts'
import { metrics } from '../../model/metrics.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { isLabSetting, type LabSettings, withDefaults } from '../predict/lab-settings.ts'
import { metricsOf, type Target } from '../target.ts'

async function shownBy(target: Target, name: FunctionName): Promise<Record<string, unknown>> {
  const samples = await metricsOf(target, name).catch(() => {
    throw new Error(`${services[name].name} does not answer at ${target.urls[name]}`)
  })
  const words = samplesOf(samples, metrics.settingInfo.name).map(({ labels }) => [
    labels.name ?? '',
    labels.value,
  ])
  return Object.fromEntries([...valuesBy(samples, metrics.setting.name, 'name'), ...words])
}

/**
 * Reads the settings that predictions follow from.
 * @throws Error if a service does not answer
 */
export async function readSettings(
  target: Target,
  names: readonly FunctionName[] = functionNames,
): Promise<LabSettings> {
  const shown = await Promise.all(names.map((name) => shownBy(target, name)))
  const given = shown.flatMap((each) => Object.entries(each)).filter(([name]) => isLabSetting(name))
  return withDefaults(Object.fromEntries(given))
}

/** @throws Error naming the settings that differ from those that were predicted with */
export function checkSettings(expected: Partial<LabSettings>, shown: LabSettings): void {
  const values: Record<string, unknown> = shown
  const different = Object.entries(withDefaults(expected)).filter(
    ([name, value]) => values[name] !== value,
  )
  if (different.length === 0) return
  const words = different.map(([name, value]) => `${name} is ${values[name]}, not ${value}`)
  throw new Error(`The services run with other settings than predicted: ${words.join('; ')}`)
}
