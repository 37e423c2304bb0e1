/** The experiment that plays all six scenarios: who slows whom, and memory and CPU. */
import { areaY, lineY } from '@observablehq/plot'
import { html } from 'hono/html'
import { scenarios } from '../../model/scenarios.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { loadName } from '../experiments/together.ts'
import type { Measurement, ResourcePoint } from '../measurement.ts'
import { colors, draw } from './draw.ts'
import { inUnit, rounded, scenarioTitle } from './figures.ts'
import { loadOf } from './mistakes.ts'

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

const numbers = scenarios.map(({ number }) => number)

const medianOf = (measurement: Measurement, scenario: number, group: readonly number[]) =>
  loadOf(measurement, { experiment: 'together', load: loadName(scenario, group) })?.medianMs.value

/** The median of a scenario beside others over its median alone; `undefined` if not measured. */
export function slowdown(measurement: Measurement, scenario: number, others: readonly number[]) {
  const alone = medianOf(measurement, scenario, [scenario])
  const group = [...new Set([scenario, ...others])].sort((a, b) => a - b)
  const beside = medianOf(measurement, scenario, group)
  return alone && beside ? beside / alone : undefined
}

// Three times as slow is the strongest color that the text is still readable on.
const shareOf = (factor: number) =>
  Math.round(45 * Math.min(1, Math.max(0, Math.log(factor) / Math.log(3))))

function cell(factor: number | undefined) {
  if (factor === undefined) return html`<td style="--share:0%">–</td>`
  return html`<td style="--share:${shareOf(factor)}%">${factor.toFixed(factor < 10 ? 1 : 0)}×</td>`
}

const aloneCell = (ms = Number.NaN) =>
  html`<td style="--share:0%"><small>${inUnit(ms, 'ms')}</small></td>`

const slowdownRow = (measurement: Measurement, scenario: number) => html`<tr>
<th scope="row">${scenarioTitle(scenario)}</th>
${numbers.map((other) =>
  other === scenario
    ? aloneCell(medianOf(measurement, scenario, [scenario]))
    : cell(slowdown(measurement, scenario, [other])),
)}${cell(slowdown(measurement, scenario, numbers))}</tr>
`

/** Who slows whom, scenario by scenario; `undefined` if not measured. */
export function interferenceTable(measurement: Measurement) {
  if (!measurement.measured.some(({ experiment }) => experiment === 'together')) return undefined
  return html`<p>The median of each scenario beside one other, over its median alone: 2× is twice
as slow. The more color, the slower.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Slowdown by scenario">
<table class="heat">
<caption>Each row is slowed by the columns; on the diagonal, its median alone.</caption>
<thead><tr><th scope="col">beside scenario</th>
${numbers.map((number) => html`<th scope="col">${number}</th>`)}
<th scope="col">all</th></tr></thead>
<tbody>${numbers.map((number) => slowdownRow(measurement, number))}</tbody>
</table></div>`
}
