import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openChromium } from './chromium.ts'
import { type OpenOptions, openPage } from './opened-page.ts'

/** Writes a page to a file for the tests of one suite; returns what opens it in a browser. */
export function openedFromFile(render: () => string) {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    browser = await openChromium()
    folder = await mkdtemp(join(tmpdir(), 'lockstep-page-'))
    await writeFile(join(folder, 'page.html'), render())
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return (options: Omit<OpenOptions, 'url'> = {}) =>
    openPage(browser, { url: pathToFileURL(join(folder, 'page.html')).href, ...options })
}

/** What holds for every page that is made to be read offline. */
export function testPage(open: ReturnType<typeof openedFromFile>, fewestCharts: number): void {
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
        isBroken: /NaN|undefined|Infinity/.test(svg.outerHTML),
      })),
    )
    expect(charts.length).toBeGreaterThanOrEqual(fewestCharts)
    for (const { label, marks, isBroken } of charts) {
      expect(label).toBeTruthy()
      expect(marks, `${label}`).toBeGreaterThan(0)
      expect(isBroken, `${label}`).toBe(false)
    }
  })

  test.each([400, 1280])('nothing is wider than a screen of %i pixels', async (width) => {
    const { page } = await open({ width })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })

  test.each([
    ['violation', 'light', '{}'],
    // Nothing but colours differs.
    ['lack of contrast', 'dark', "{ runOnly: ['color-contrast', 'link-in-text-block'] }"],
  ] as const)(
    'axe finds no %s in %s',
    async (_what, colorScheme, options) => {
      const { page } = await open({ colorScheme })
      await page.evaluate(axe.source)
      const { violations } = (await page.evaluate(`axe.run(${options})`)) as axe.AxeResults
      expect(violations.map(({ id, nodes }) => [id, nodes.map((it) => it.html)])).toEqual([])
    },
    90_000,
  )
}
