/** Distributions: the share of requests that were answered within a time, run by run. */
import { axisX, axisY, gridY, line } from '@observablehq/plot'
import { html } from 'hono/html'
import { isFilled, latenciesOf } from '../judge/summarize-load.ts'
import { quantile, quantiles, type Run } from '../quantiles.ts'
import { colors, distributionLegend, draw, figure, panel } from './draw.ts'
import { inUnit, prose } from './figures.ts'
import { loadInWords } from './load-names.ts'
import { countedByRun, loadOf, type SampleSource } from './mistakes.ts'
import { openLoads } from './open-loads.ts'
import { theoryLatencies } from './theory.ts'

const steps = 100
// A request in two hundred may take so long that it would flatten the others.
const shown = 0.995

/** The latency at each per cent of the requests. */
const curveOf = (latencies: Run, run: number) => {
  const shares = Array.from({ length: steps + 1 }, (_, step) => step / steps)
  return quantiles(latencies, shares).map((ms, step) => ({
    run,
    percent: (100 * step) / steps,
    ms,
  }))
}

type Distribution = { title: string; runs: readonly Run[]; theory: Run }

function chart({ title, runs, theory }: Distribution) {
  const all = runs.flat()
  const [least, ...rest] = quantiles(all, [0, 0.5, 0.95, 0.99])
  const [p50, p95, p99] = rest.map((ms) => inUnit(ms, 'ms'))
  const label = prose`Share of the requests answered within a time, ${title}, ${runs.length} runs:
    half within ${p50 ?? ''}, 95 % within ${p95 ?? ''}, 99 % within ${p99 ?? ''}`
  const most = quantile([...all, ...theory], shown)
  return draw(label, {
    ...panel,
    x: { domain: [least, most], label: 'ms', clamp: true },
    y: { domain: [0, 100], label: '% answered within' },
    marks: [
      gridY({ ticks: 4, stroke: colors.line, strokeOpacity: 1 }),
      axisX({ ticks: 5, tickSize: 0, color: colors.muted, labelAnchor: 'right' }),
      axisY({ ticks: 4, tickSize: 0, color: colors.muted }),
      line(runs.flatMap(curveOf), {
        ...{ x: 'ms', y: 'percent', z: 'run', stroke: colors.measured, strokeOpacity: 0.6 },
        strokeWidth: 1,
      }),
      line(theory.length > 0 ? curveOf(theory, 0) : [], {
        ...{ x: 'ms', y: 'percent', stroke: colors.predicted, strokeWidth: 2 },
      }),
    ],
  })
}

/** Payments that come at random just below the ceiling, where theory knows the whole curve. */
function busiest(source: SampleSource): Distribution[] {
  const load = openLoads(source.measurement)
    .get(2)
    ?.findLast(({ arrivals }) => arrivals === 'poisson')
  if (!load) return []
  const runs = countedByRun(source, load.measured).map(latenciesOf)
  const theory = theoryLatencies(source.measurement, load)
  return [{ title: loadInWords(load.measured), runs, theory }]
}

/** Product updates by one client, where the runs show how much a median may differ. */
function quietest(source: SampleSource): Distribution[] {
  const choice = { experiment: 'baseline', load: 'scenario-3' }
  const load = loadOf(source.measurement, choice)
  const runs = countedByRun(source, choice).map(latenciesOf)
  return load ? [{ title: loadInWords(load), runs, theory: [] }] : []
}

/** Two loads with all their latencies; `undefined` without samples. */
export function distributionCharts(source: SampleSource) {
  const both = [...busiest(source), ...quietest(source)]
    .map((each) => ({ ...each, runs: each.runs.filter(isFilled) }))
    .filter(({ runs }) => isFilled(runs))
  if (both.length === 0) return undefined
  return html`<p>A median is one point of a curve. The distance between the lines is what a run may
differ by, although nothing changed.</p>
${distributionLegend}<div class="panels pairs">
${both.map((each) => figure(each.title, chart(each)))}</div>`
}
