import { html } from 'hono/html'
import { buildCards } from './mistake-cards.ts'
import type { Headline, MistakeCard, SampleSource } from './mistakes.ts'

const headline = (kind: 'right' | 'wrong', { figure, sentence }: Headline) =>
  html`<div class="${kind}"><p class="headline">${figure}</p><p>${sentence}</p></div>`

const choice = (id: string, value: 'right' | 'wrong', label: string) =>
  html`<label><input type="radio" name="${id}"
value="${value}"${value === 'right' ? ' checked' : ''}>${label}</label>`

const renderCard = ({ id, title, right, wrong, why, from }: MistakeCard) => html`
<article class="card" aria-labelledby="mistake-${id}">
<h3 id="mistake-${id}">${title}</h3>
<div class="switch" role="radiogroup" aria-labelledby="mistake-${id}">
${choice(id, 'right', 'as it is')}${choice(id, 'wrong', 'with the mistake')}</div>
<div aria-live="polite">${headline('right', right)}${headline('wrong', wrong)}</div>
<p>${why}</p>
<p class="note">From ${from}.</p>
</article>`

/** The same samples under well-known mistakes, one switch each; `undefined` without samples. */
export function mistakesSection(source: SampleSource) {
  const cards = buildCards(source)
  if (cards.length === 0) return undefined
  return html`<p>The samples of this measurement, analysed again with one well-known mistake each.
Nothing else changes: switch, and see what the headline would have been.</p>
<div class="cards">${cards.map(renderCard)}</div>`
}
