import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openChromium } from '../../tests/chromium.ts'
import { synthesizeMeasurement } from '../../tests/fixtures/synthetic-measurement.ts'
import { type OpenOptions, openPage } from '../../tests/opened-page.ts'
import { renderReport } from './render-report.ts'

const synthetic = synthesizeMeasurement({ seed: 1 })

test('the report fits in one and a half megabytes', () => {
  expect(renderReport(synthetic).length).toBeLessThan(1_500_000)
})

test('an interruption and an ignored gate are said on top', () => {
  const { measurement, runs } = synthetic
  const probe = { ...measurement.gate.probe, objections: ['it dropped 3 of the requests'] }
  const gate = { ...measurement.gate, probe, ignored: true }
  const page = renderReport({
    measurement: { ...measurement, interrupted: 'interrupted by its user', gate },
    runs,
  })
  const [header] = page.split('</header>')
  expect(header).toContain('This measurement is not complete: interrupted by its user.')
  expect(header).toContain('it dropped 3 of the requests')
})

test('a measurement of nothing is still a page', () => {
  const empty = { measured: [], claims: [], predictions: [], waterfalls: [], resources: [] }
  const page = renderReport({ measurement: { ...synthetic.measurement, ...empty }, runs: [] })
  expect(page).toContain('No claim was judged.')
  expect(page).not.toContain('id="capacity"')
})

describe.skipIf(chromiumPath === undefined)('in a browser (skipped without chromium)', () => {
  let browser: Browser
  let folder: string
  let url: string

  beforeAll(async () => {
    browser = await openChromium()
    folder = await mkdtemp(join(tmpdir(), 'lockstep-report-'))
    const file = join(folder, 'report.html')
    await writeFile(file, renderReport(synthetic))
    url = pathToFileURL(file).href
  })

  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const open = (options: Omit<OpenOptions, 'url'> = {}) => openPage(browser, { url, ...options })

  test('asks no host for anything and logs no error', async () => {
    const { requests, errors } = await open()
    expect(requests).toEqual([])
    expect(errors).toEqual([])
  })

  test('every chart has marks and a label', async () => {
    const { page } = await open()
    const charts = await page.locator('svg.plot').evaluateAll((all) =>
      all.map((svg) => ({
        label: svg.getAttribute('aria-label'),
        marks: svg.querySelectorAll('circle, rect, path[d]:not([d=""])').length,
        broken: /NaN|undefined|Infinity/.test(svg.outerHTML),
      })),
    )
    expect(charts.length).toBeGreaterThan(30)
    for (const chart of charts) {
      expect(chart.label).toBeTruthy()
      expect(chart.marks, `${chart.label}`).toBeGreaterThan(0)
      expect(chart.broken, `${chart.label}`).toBe(false)
    }
  })

  test('the headline changes when a mistake is switched on', async () => {
    const { page } = await open()
    const card = page.locator('.card', { hasText: 'The intended 400 as an error' })
    const headline = () => card.locator('.headline:visible').textContent()
    expect(await headline()).toBe('0.0 % errors')
    await card.locator('input[value="right"]').focus()
    await page.keyboard.press('ArrowRight')
    expect(await headline()).toBe('4.3 % errors')
  })

  test.each([400, 1280])('nothing is wider than a screen of %i pixels', async (width) => {
    const { page } = await open({ width })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })

  test.each(['light', 'dark'] as const)('axe finds no violation in %s', async (colorScheme) => {
    const { page } = await open({ colorScheme })
    await page.evaluate(axe.source)
    const { violations } = await page
      .evaluate('axe.run()')
      .then((result) => result as axe.AxeResults)
    expect(violations.map(({ id, nodes }) => [id, nodes.map((it) => it.html)])).toEqual([])
  })
})
