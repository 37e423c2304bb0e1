import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { Gauge } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import type { Metrics } from './metrics.ts'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

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
