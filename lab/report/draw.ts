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

/** A chart below its title. */
export const figure = (title: string, chart: ReturnType<typeof draw>) => html`<figure>
<figcaption><strong>${title}</strong></figcaption>
${chart}</figure>`

/** The frame of a chart that takes half the width of the page. */
export const panel = { width: 460, height: 260, marginBottom: 40, style: { fontSize: '12px' } }

/** The frame of a chart in a row of a table. */
export const strip = { width: 260, marginRight: 14, marginTop: 2, marginBottom: 18 }

export const stripAxis = () => axisX({ ticks: 3, tickSize: 3, color: colors.muted, label: null })

const drawings = {
  allowed: '<rect width="22" height="12" fill="var(--allowed)"/>',
  predicted: '<path d="M11 0v12" stroke="var(--predicted)" stroke-width="2"/>',
  measured:
    '<path d="M1 6h20" stroke="var(--measured)" stroke-width="3"/>' +
    '<circle cx="11" cy="6" r="4.5" fill="var(--measured)"/>',
  runs:
    '<circle cx="6" cy="6" r="2.5" fill="none" stroke="var(--measured)"/>' +
    '<circle cx="15" cy="6" r="2.5" fill="none" stroke="var(--measured)"/>',
  even: '<circle cx="11" cy="6" r="4.5" fill="var(--measured)"/>',
  poisson: '<path d="M11 1l5 9H6z" fill="var(--measured)"/>',
  forecast:
    '<path d="M0 6h22M11 0l4 6-4 6-4-6z" fill="none" ' +
    'stroke="var(--predicted)" stroke-width="1.5"/>',
  line: '<path d="M0 6h22" stroke="var(--predicted)" stroke-width="1.5"/>',
  simulated:
    '<rect x="6.5" y="1.5" width="9" height="9" fill="none" ' +
    'stroke="var(--predicted)" stroke-width="1.5"/>',
}

const entry = (drawing: keyof typeof drawings, meaning: string) => html`<li>
<svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">${raw(drawings[drawing])}</svg>
${meaning}</li>`

export const stripLegend = html`<ul class="legend">
${entry('allowed', 'allowed')}
${entry('predicted', 'predicted')}
${entry('measured', 'measured, with its 95 % interval')}
${entry('runs', 'single runs')}</ul>`

export const chartLegend = html`<ul class="legend">
${entry('even', 'measured, even arrivals')}
${entry('poisson', 'measured, Poisson arrivals')}
${entry('forecast', 'predicted (dotted: Poisson)')}
${entry('runs', 'single runs')}</ul>`

export const replicasLegend = html`<ul class="legend">
${entry('line', 'predicted')}
${entry('measured', 'measured, with its 95 % interval')}
${entry('simulated', 'simulated, not measured')}</ul>`
