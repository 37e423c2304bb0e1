import { availableParallelism, cpus, totalmem } from 'node:os'
import { Gauge } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import manifest from '../../package.json' with { type: 'json' }
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
