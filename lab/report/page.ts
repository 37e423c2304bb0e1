import { readFileSync } from 'node:fs'
import { html, raw } from 'hono/html'

/** A part of a page; `raw` or `html` made it, so that it is inserted as it is. */
export type Html = ReturnType<typeof html>

const styleSheets = ['page.css', 'tables.css', 'charts.css', 'cards.css', 'print.css']

const style = styleSheets
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n')

/** A part of the page with a heading that the table of contents links to. */
export type Section = { id: string; heading: string; body: Html }

export type PageOptions = { title: string; header: Html; sections: readonly Section[] }

const contents = (sections: readonly Section[]) => html`<nav aria-label="Contents"><ul>
${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>\n`)}</ul></nav>`

/** A complete page without scripts, fonts or pictures from elsewhere. */
export const renderPage = ({ title, header, sections }: PageOptions): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<header>${header}${contents(sections)}</header>
<main>
${sections.map(
  ({ id, heading, body }) => html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${body}
</section>
`,
)}</main>
</body>
</html>
`)
