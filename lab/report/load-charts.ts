/** Latencies, waits, throughput and refusals against the offered load. */
import { html } from 'hono/html'
import type { Measurement } from '../measurement.ts'
import { loadLegends } from './draw.ts'
import { scenarioTitle } from './figures.ts'
import { chartAgainstLoad, type Series } from './load-chart.ts'
import { type OpenLoad, openLoads } from './open-loads.ts'
import { theoryOf } from './theory.ts'

type Shown = Pick<Series, 'loads' | 'theory'>

const percentiles = [
  { figure: 'medianMs', words: 'Median', symbol: 'circle', dash: '', dx: -6 },
  { figure: 'p95Ms', words: '95th percentile', symbol: 'triangle', dash: '6 4' },
  { figure: 'p99Ms', words: '99th percentile', symbol: 'square', dash: '2 4', dx: 6 },
] as const

const latencyChart = (title: string, shown: Shown) =>
  chartAgainstLoad(
    title,
    percentiles.map((percentile) => ({ ...percentile, ...shown })),
  )

const metrics = [
  { figure: 'queueP95Ms', title: 'Wait for a slot, 95th percentile' },
  { figure: 'completedPerSecond', title: 'Completed' },
  { figure: 'refusedShare', title: 'Refused' },
] as const

const looks = {
  even: { words: 'Even arrivals', symbol: 'circle', dash: '' },
  poisson: { words: 'Poisson arrivals', symbol: 'triangle', dash: '2 4' },
} as const

function panels(measurement: Measurement, [scenario, loads]: [number, OpenLoad[]]) {
  const shownOf = (arrivals: OpenLoad['arrivals']): Shown => {
    const mine = loads.filter((load) => load.arrivals === arrivals)
    return { loads: mine, theory: theoryOf(measurement, mine) }
  }
  const [even, poisson] = [shownOf('even'), shownOf('poisson')]
  const others = metrics.flatMap(({ figure, title }) =>
    chartAgainstLoad(title, [
      { figure, ...looks.even, ...even },
      { figure, ...looks.poisson, ...poisson },
    ]),
  )
  return html`<h3>${scenarioTitle(scenario)}</h3>
<div class="panels pairs">${latencyChart('Latency, even arrivals', even)}
${latencyChart('Latency, Poisson arrivals', poisson)}${others}</div>`
}

/** A figure that is 0 everywhere has no chart; `undefined` if no load was measured. */
export function loadCharts(measurement: Measurement) {
  const byScenario = [...openLoads(measurement)]
  if (byScenario.length === 0) return undefined
  return html`<p>Arrivals come at their rate, whether the service keeps up or not. Even arrivals
below the ceiling find a free slot each; Poisson arrivals come in clusters and wait at the same
load. Latency counts from the moment when a request was due to its last byte. Theory is the
simulation that the predictions come from, at the rates between them.</p>
${loadLegends}${byScenario.map((each) => panels(measurement, each))}`
}
