/** What the marks of strips and charts mean. */
import { html, raw } from 'hono/html'

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
