/** Every load as a table: its figures, and what became of its requests. */
import { html } from 'hono/html'
import { sum } from 'simple-statistics'
import { counted } from '../../formats/table.ts'
import { estimateOf, unitOf } from '../judge/units.ts'
import type { Figure, LoadMeasurement } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { estimateInUnit, inUnit, prose, rounded } from './figures.ts'
import { loadInWords } from './load-names.ts'

const columns: readonly [Figure, heading: string][] = [
  ['medianMs', 'Latency, median'],
  ['p95Ms', 'Latency, p95'],
  ['p99Ms', 'Latency, p99'],
  ['queueP95Ms', 'Wait for a slot, p95'],
  ['completedPerSecond', 'Completed'],
  ['refusedShare', 'Refused'],
]

const offered = ({ arrivals, perSecond }: LoadMeasurement) =>
  perSecond === undefined ? arrivals : `${arrivals}, ${rounded(perSecond)}/s`

const inStarts = ({ runs, starts }: LoadMeasurement) =>
  `${counted(runs, 'run')} in ${counted(starts, 'start')}`

const figureCell = (load: LoadMeasurement, [figure, heading]: (typeof columns)[number]) =>
  html`<td data-name="${heading}">${estimateInUnit(estimateOf(load, figure), unitOf[figure])}</td>`

const figuresRow = (load: LoadMeasurement) => html`<tr>
<th scope="row">${loadInWords(load)}<small>${offered(load)}</small></th>
<td data-name="Counted">${counted(load.samples, 'request')}<small>${inStarts(load)}</small></td>
${columns.map((column) => figureCell(load, column))}</tr>
`

const figuresTable = (measured: readonly LoadMeasurement[]) => html`<table class="stack">
<caption>Latencies of answers as designed: medians over runs, with 95 % intervals.</caption>
<thead><tr><th scope="col">load</th><th scope="col">counted</th>
${columns.map(([, heading]) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${measured.map(figuresRow)}</tbody>
</table>`

/** Little's law may be off by this much before the report calls it broken. */
const littleLimit = 0.05

const distanceOf = ({ little }: LoadMeasurement) => Math.abs((little?.ratio ?? 1) - 1)
const holdsLittle = (load: LoadMeasurement) => distanceOf(load) <= littleLimit
const littleRatio = ({ little }: LoadMeasurement) => rounded(little?.ratio ?? 1)

function littleCell(load: LoadMeasurement) {
  const { little } = load
  if (!little) return '–'
  return html`${littleRatio(load)}${holdsLittle(load) ? '' : ' ✗'}
<small>${rounded(little.inSystem)} in the system, ${inUnit(little.perSecond, '/s')} for
${inUnit(little.latencyMs, 'ms')}</small>`
}

const parts = {
  ...{ due: 'due', sent: 'sent', dropped: 'dropped', leftOut: 'left out' },
  ...{ unanswered: 'unanswered', late: 'late' },
}

type Part = keyof typeof parts
const partNames = Object.keys(parts) as Part[]

const partCell = ({ account }: LoadMeasurement, part: Part) =>
  html`<td class="number" data-name="${parts[part]}">${account?.[part] ?? '–'}</td>`

const accountRow = (load: LoadMeasurement) => html`<tr>
<th scope="row">${loadInWords(load)}</th>
${partNames.map((part) => partCell(load, part))}
<td class="number" data-name="latest">${inUnit(load.account?.lateMaxMs ?? null, 'ms')}</td>
<td data-name="Little’s law">${littleCell(load)}</td></tr>
`

const accountsTable = (measured: readonly LoadMeasurement[]) => html`<table class="stack">
<caption>Requests of all runs, warm-up included. Dropped: due while every user was busy. Left out: due
and not sent before the load ended. Unanswered: without an end when the run ended. Late: sent more
than 5 ms after they were due. Little’s law:
requests in the system over answers per second times their latency.</caption>
<thead><tr><th scope="col">load</th>
${partNames.map((part) => html`<th scope="col" class="number">${parts[part]}</th>`)}
<th scope="col" class="number">latest</th><th scope="col">Little’s law</th></tr></thead>
<tbody>${measured.map(accountRow)}</tbody>
</table>`

function accountInWords(measured: readonly LoadMeasurement[]): string {
  const sumOf = (part: Part) => sum(measured.map(({ account }) => account?.[part] ?? 0))
  if (sumOf('due') === 0) return ''
  return prose`Of ${sumOf('due')} requests that were due, ${sumOf('dropped')} were dropped,
    ${sumOf('leftOut')} left out, and ${sumOf('late')} sent late.`
}

function littleInWords(measured: readonly LoadMeasurement[]): string {
  const checked = measured.filter(({ little }) => little)
  const broken = checked.filter((load) => !holdsLittle(load))
  if (checked.length === 0) return ''
  const [worst] = broken.toSorted((a, b) => distanceOf(b) - distanceOf(a))
  const except = worst ? `; the worst ratio is ${littleRatio(worst)}, of ${loadInWords(worst)}` : ''
  return prose`Little’s law holds within 5 % for ${checked.length - broken.length} of
    ${counted(checked.length, 'load')}${except}.`
}

/** Each excluded run once, with its reason: all loads of a condition share it. */
export const excludedRuns = ({ measured }: Pick<Measurement, 'measured'>): string[] => [
  ...new Set(measured.flatMap(({ excluded }) => excluded)),
]

export function allLoads({ measured }: Measurement) {
  if (measured.length === 0) return undefined
  return html`<p>${accountInWords(measured)} ${littleInWords(measured)}</p>
<details><summary>The figures of all ${measured.length} loads</summary>${figuresTable(measured)}
</details>
<details><summary>The account of all ${measured.length} loads</summary>${accountsTable(measured)}
</details>`
}
