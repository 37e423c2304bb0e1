import { Gauge } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import { settingNames, settingOf } from '../../model/settings.ts'
import type { Settings } from '../settings/setting-schemas.ts'
import type { Metrics } from './metrics.ts'

/**
 * Exports the settings that are numbers or choices, so that each measurement names its conditions.
 */
export function showSettings({ registry }: Metrics, settings: Settings): void {
  const registers = [registry]
  const gauge = new Gauge({ ...metrics.setting, registers })
  for (const [name, value] of Object.entries(settings))
    if (typeof value === 'number') gauge.set({ name }, value)
  const info = new Gauge({ ...metrics.settingInfo, registers })
  for (const name of settingNames)
    if (settingOf(name).kind === 'choice') info.set({ name, value: String(settings[name]) }, 1)
}
