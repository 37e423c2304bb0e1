import { axisX, gridX, rect, text } from '@observablehq/plot'
import { html } from 'hono/html'
import type { Measurement, Waterfall, WaterfallSpan } from '../measurement.ts'
import { colors, draw, figure } from './draw.ts'
import { inUnit, prose, scenarioTitle } from './figures.ts'

/** A span on its row, below the span that waits for it. */
type Row = WaterfallSpan & { depth: number; row: number }

/** Spans in the order in which a reader follows them: each before those that it waits for. */
export function inOrder(spans: readonly WaterfallSpan[]): Row[] {
  const ids = new Set(spans.map(({ id }) => id))
  const childrenOf = (parent: string | undefined) =>
    spans
      .filter((span) =>
        parent === undefined ? !span.parent || !ids.has(span.parent) : span.parent === parent,
      )
      .toSorted((a, b) => a.startMs - b.startMs)
  const follow = (span: WaterfallSpan, depth: number): Omit<Row, 'row'>[] => [
    { ...span, depth },
    ...childrenOf(span.id).flatMap((child) => follow(child, depth + 1)),
  ]
  return childrenOf(undefined)
    .flatMap((span) => follow(span, 0))
    .map((span, row) => ({ ...span, row }))
}

const rowPx = 30
const chartPx = 460
const endOf = ({ startMs, durationMs }: WaterfallSpan) => startMs + durationMs

const described = ({ service, name, durationMs, error }: WaterfallSpan) =>
  `${service} ${name}, ${inUnit(durationMs, 'ms')}${error ? `, ${error}` : ''}`

// Of the font of the labels, on average.
const characterPx = 6.8

/** Where the label above a bar begins, so that it ends within the chart. */
function labelMs(row: Row, totalMs: number): number {
  const lengthMs = (described(row).length * characterPx * totalMs) / chartPx
  return Math.max(0, Math.min(row.startMs, totalMs - lengthMs))
}

function chart({ scenario, spans }: Waterfall) {
  const rows = inOrder(spans)
  const totalMs = Math.max(...rows.map(endOf))
  const label = prose`One request of scenario ${scenario}:
    ${rows.map((row) => `from ${inUnit(row.startMs, 'ms')}, ${described(row)}`).join('; ')}`
  return draw(label, {
    width: chartPx,
    height: rows.length * rowPx + 34,
    marginLeft: 4,
    marginRight: 12,
    marginTop: 0,
    marginBottom: 34,
    style: { fontSize: '12px' },
    x: { domain: [0, totalMs], label: 'ms' },
    y: { domain: [rows.length, 0], axis: null },
    marks: [
      gridX({ ticks: 5, stroke: colors.line, strokeOpacity: 1 }),
      axisX({ ticks: 5, tickSize: 0, color: colors.muted }),
      rect(rows, {
        x1: 'startMs',
        // Spans shorter than a pixel stay visible.
        x2: (row: Row) => Math.max(endOf(row), row.startMs + totalMs / 400),
        y1: (row: Row) => row.row + 0.58,
        y2: (row: Row) => row.row + 0.92,
        fill: ({ error }: Row) => (error ? 'var(--bad)' : colors.measured),
        fillOpacity: ({ depth }: Row) => 1 - 0.2 * Math.min(depth, 3),
      }),
      text(rows, {
        x: (row: Row) => labelMs(row, totalMs),
        y: (row: Row) => row.row + 0.3,
        text: described,
        textAnchor: 'start',
        fill: 'currentColor',
      }),
    ],
    color: { type: 'identity' },
  })
}

const titleOf = ({ scenario, of }: Waterfall) =>
  `${scenarioTitle(scenario)}${of === undefined ? '' : `, the median of ${of} traced requests`}`

/** One traced request per scenario; `undefined` if none was traced. */
export function waterfallCharts({ waterfalls }: Pick<Measurement, 'waterfalls'>) {
  const traced = waterfalls.filter(({ spans }) => spans.length > 0)
  if (traced.length === 0) return undefined
  return html`<p>One warm request of each scenario, alone, from its spans: what it waits for, and
in what order. Tracing takes time as well, so it is longer than the median of its scenario above.</p>
<div class="panels pairs">
${traced.map((each) => figure(titleOf(each), chart(each)))}</div>`
}
