import { availableParallelism, cpus, totalmem } from 'node:os'
import { Gauge } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import { settingNames, settingOf } from '../../model/settings.ts'
import manifest from '../../package.json' with { type: 'json' }
import type { Settings } from '../settings/setting-schemas.ts'
import type { Metrics } from './metrics.ts'

const { version } = manifest

const runtime = () => {
  const { bun, node } = process.versions
  return bun ? `bun ${bun}` : `node ${node}`
}

/** Shows what runs here, and on what: a measurement means little without it. */
export function showMachine({ registry }: Metrics): void {
  const info = {
    version,
    runtime: runtime(),
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: String(availableParallelism()),
    memory_mib: String(
      Math.round(Math.min(process.constrainedMemory() || Infinity, totalmem()) / 2 ** 20),
    ),
  }
  new Gauge({
    ...metrics.labInfo,
    labelNames: Object.keys(info),
    registers: [registry],
  }).set(info, 1)
}

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
