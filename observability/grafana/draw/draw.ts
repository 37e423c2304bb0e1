/** Draws the committed dashboard into a picture, as Grafana would, from a running Prometheus. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import type { Drawing } from './page.tsx'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const help = `Draws the dashboard over a running Prometheus, with Grafana's own components.

  npm run draw -- --to ../../../docs/pictures/dashboard.png

  --prometheus URL     http://localhost:9090
  --from T, --until T  seconds since 1970; the last 15 minutes by default
  --rows A,B           rows of the dashboard, by title; all by default
  --to FILE            the picture, a PNG
  --browser FILE       a Chromium, /usr/bin/chromium by default
`

function readOptions() {
  const options = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      prometheus: { ...options, default: 'http://localhost:9090' },
      from: options,
      until: options,
      rows: options,
      to: options,
      browser: { ...options, default: '/usr/bin/chromium' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || values.to === undefined) {
    console.log(help)
    process.exit(values.help ? 0 : 2)
  }
  return { ...values, to: values.to }
}

/** The whole page as one script and one style sheet. */
async function bundle(): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    entryPoints: [file('page.tsx')],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    loader: { '.svg': 'text', '.ttf': 'empty' },
    logLevel: 'error',
  })
  const textOf = (kind: string) => outputFiles.find(({ path }) => path.endsWith(kind))?.text ?? ''
  return { script: textOf('.js'), style: textOf('.css') }
}

const { prometheus, from, until, rows, to, browser: executablePath } = readOptions()
const end = Number(until ?? Date.now() / 1000)
const dashboard = JSON.parse(
  await readFile(file('../dashboards/synchronous-microservices.json'), 'utf8'),
)
const drawing: Drawing = {
  dashboard,
  prometheus,
  from: Number(from ?? end - 900),
  until: end,
  ...(rows !== undefined && { rows: rows.split(',') }),
}
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
  page.on('pageerror', (error) => console.error(error.message))
  // At Prometheus' own address, so that the page may query it.
  const address = new URL('/picture', prometheus).href
  const body = '<!doctype html><meta charset="utf-8"><div id="root"></div>'
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }))
  await page.goto(address)
  const { script, style } = await bundle()
  await page.addStyleTag({ content: style })
  await page.addScriptTag({ content: script })
  const empty = await page.evaluate((it) => globalThis.draw(it), drawing)
  await mkdir(dirname(to), { recursive: true })
  await page.locator('#root').screenshot({ path: to })
  console.log(`${to}: ${Math.round((await stat(to)).size / 1024)} KB`)
  for (const title of empty) console.log(`no data: ${title}`)
} finally {
  await browser.close()
}
