/** Charts as SVG text, drawn without a browser, and their legends. */
import { axisX, type PlotOptions, plot } from '@observablehq/plot'
import { html, raw } from 'hono/html'
import { parseHTML } from 'linkedom'

const { document } = parseHTML('<!doctype html><html><body></body></html>')

// Two decimals of a pixel are more than a screen shows.
const shorten = (svg: string) =>
  svg.replaceAll(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))))

/** The colors of marks, which the page's style sheet defines for light and dark. */
export const colors = {
  measured: 'var(--measured)',
  predicted: 'var(--predicted)',
  allowed: 'var(--allowed)',
  line: 'var(--line)',
  muted: 'var(--muted)',
}

/**
 * Draws a chart. A screen reader reads its label and nothing else of it, so the label has to say
 * what the chart shows.
 */
export function draw(label: string, options: PlotOptions) {
  const className = 'plot'
  const svg = plot({ document: document as never, className, ...options, ariaLabel: label })
  svg.setAttribute('role', 'img')
  // The page has its own style; labels of marks mean nothing to a reader of the image.
  for (const style of svg.querySelectorAll('style')) style.remove()
  for (const mark of svg.querySelectorAll('[aria-label]')) mark.removeAttribute('aria-label')
  svg.setAttribute('aria-label', label)
  return raw(shorten(svg.outerHTML))
}

export const figure = (title: string, chart: ReturnType<typeof draw>) => html`<figure>
<figcaption><strong>${title}</strong></figcaption>
${chart}</figure>`

/** The frame of a chart that takes half the width of the page. */
export const panel = {
  ...{ width: 460, height: 260, marginTop: 32, marginLeft: 48, marginBottom: 40 },
  // The label of the last tick is half outside the axis.
  marginRight: 28,
  style: { fontSize: '12px' },
}

/** The frame of a chart in a row of a table. */
export const strip = { width: 260, marginRight: 20, marginTop: 2, marginBottom: 18 }

export const stripAxis = (unit = '') =>
  axisX({
    ...{ ticks: 3, tickSize: 3, color: colors.muted, label: null },
    ...(unit && { tickFormat: (value: number) => `${value} ${unit}`.replace('-', '−') }),
  })

const drawings = {
  allowed: '<rect width="22" height="12" fill="var(--allowed)"/>',
  predicted: '<path d="M11 0v12" stroke="var(--predicted)" stroke-width="2"/>',
  measured:
    '<path d="M1 6h20" stroke="var(--measured)" stroke-width="3"/>' +
    '<circle cx="11" cy="6" r="4.5" fill="var(--measured)"/>',
  runs:
    '<circle cx="6" cy="6" r="2.5" fill="none" stroke="var(--measured)"/>' +
    '<circle cx="15" cy="6" r="2.5" fill="none" stroke="var(--measured)"/>',
  circle: '<circle cx="11" cy="6" r="4.5" fill="var(--measured)"/>',
  triangle: '<path d="M11 1l5 9H6z" fill="var(--measured)"/>',
  square: '<rect x="7" y="2" width="8" height="8" fill="var(--measured)"/>',
  run: '<path d="M0 10C8 10 12 2 22 2" fill="none" stroke="var(--measured)"/>',
  line: '<path d="M0 6h22" stroke="var(--predicted)" stroke-width="1.5"/>',
  simulated:
    '<rect x="6.5" y="1.5" width="9" height="9" fill="none" ' +
    'stroke="var(--predicted)" stroke-width="1.5"/>',
}

const entry = (drawing: keyof typeof drawings, meaning: string) => html`<li>
<svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">${raw(drawings[drawing])}</svg>
${meaning}</li>`

export const errorsLegend = html`<ul class="legend">
${entry('allowed', 'within 5 %')}
${entry('predicted', 'predicted')}
${entry('measured', 'measured, with its 95 % interval')}</ul>`

export const stripLegend = html`<ul class="legend">
${entry('allowed', 'the range of the claim')}
${entry('measured', 'measured, with its 95 % interval')}
${entry('runs', 'single runs')}</ul>`

export const loadLegends = html`<ul class="legend">
<li>Latency:</li>
${entry('circle', 'median')}
${entry('triangle', '95th percentile')}
${entry('square', '99th percentile')}
${entry('line', 'theory: solid, dashed and dotted')}</ul>
<ul class="legend">
<li>Others:</li>
${entry('circle', 'even arrivals')}
${entry('triangle', 'Poisson arrivals')}
${entry('line', 'theory: solid and dotted')}
${entry('runs', 'single runs')}</ul>`

export const distributionLegend = html`<ul class="legend">
${entry('run', 'one run')}
${entry('line', 'theory')}</ul>`

export const replicasLegend = html`<ul class="legend">
${entry('line', 'predicted')}
${entry('measured', 'measured, with its 95 % interval')}
${entry('simulated', 'simulated, not measured')}</ul>`
