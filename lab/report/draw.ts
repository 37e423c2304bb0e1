/** Charts as SVG text, drawn without a browser. */
import { type PlotOptions, plot } from '@observablehq/plot'
import { raw } from 'hono/html'
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
