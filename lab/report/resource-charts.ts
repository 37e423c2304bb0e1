/** Memory and CPU of the services while all six scenarios are played. */
import { areaY, lineY } from '@observablehq/plot'
import { html } from 'hono/html'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import type { Measurement, ResourcePoint } from '../measurement.ts'
import { colors, draw } from './draw.ts'
import { rounded } from './figures.ts'

type Reading = { seconds: number; value: number }

const megabyte = 1_000_000

export const memoryOf = (points: readonly ResourcePoint[]): Reading[] =>
  points.map(({ atMs, memoryBytes }) => ({ seconds: atMs / 1000, value: memoryBytes / megabyte }))

/** CPU time over the time between two readings, in per cent of one core. */
export const cpuShareOf = (points: readonly ResourcePoint[]): Reading[] =>
  points.slice(1).map(({ atMs, cpuMs }, index) => {
    const before = points[index] as ResourcePoint
    return { seconds: atMs / 1000, value: (100 * (cpuMs - before.cpuMs)) / (atMs - before.atMs) }
  })

const highest = (readings: readonly Reading[]) => Math.max(0, ...readings.map((it) => it.value))

const sparkline = (label: string, readings: Reading[], most: number) =>
  draw(label, {
    width: 240,
    height: 40,
    margin: 2,
    x: { axis: null },
    y: { axis: null, domain: [0, most || 1] },
    marks: [
      areaY(readings, { x: 'seconds', y: 'value', fill: colors.allowed }),
      lineY(readings, { x: 'seconds', y: 'value', stroke: colors.measured, strokeWidth: 1.5 }),
    ],
  })

type ServiceReadings = { of: FunctionName; memory: Reading[]; cpu: Reading[] }
type Most = { memory: number; cpu: number }

const usageRow = ({ of, memory, cpu }: ServiceReadings, most: Most) => {
  const { name } = services[of]
  const [memoryPeak, cpuPeak] = [`${rounded(highest(memory))} MB`, `${rounded(highest(cpu))} %`]
  const memoryLabel = `Memory of ${name}, at most ${memoryPeak}`
  const cpuLabel = `CPU of ${name}, at most ${cpuPeak} of a core`
  return html`<tr><th scope="row">${name}</th>
<td>${sparkline(memoryLabel, memory, most.memory)}</td>
<td class="number" data-name="Memory, highest">${memoryPeak}</td>
<td>${sparkline(cpuLabel, cpu, most.cpu)}</td>
<td class="number" data-name="CPU, highest">${cpuPeak}</td></tr>
`
}

/** Memory and CPU of each service while all scenarios were played; `undefined` if not measured. */
export function resourceCharts({ resources }: Measurement) {
  const points = resources.find(({ experiment }) => experiment === 'together')?.points ?? []
  if (points.length === 0) return undefined
  const readings = functionNames.map((of): ServiceReadings => {
    const mine = points.filter((point) => point.of === of)
    return { of, memory: memoryOf(mine), cpu: cpuShareOf(mine) }
  })
  const most = {
    memory: Math.max(...readings.map(({ memory }) => highest(memory))),
    cpu: Math.max(...readings.map(({ cpu }) => highest(cpu))),
  }
  const seconds = Math.round(Math.max(...points.map(({ atMs }) => atMs)) / 1000)
  return html`<table class="stack">
<caption>Each service during ${seconds} s of all scenarios, alone, in pairs and at once
(experiment together). The scales are the same for all services.</caption>
<thead><tr><th scope="col">service</th><th scope="col">memory</th>
<th scope="col" class="number">highest</th><th scope="col">CPU, in per cent of a core</th>
<th scope="col" class="number">highest</th></tr></thead>
<tbody>${readings.map((each) => usageRow(each, most))}</tbody></table>`
}
