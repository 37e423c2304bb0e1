import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../../tests/chromium.ts'
import { readRecorded } from '../../tests/fixtures/recorded.ts'
import { synthesizeMeasurement } from '../../tests/fixtures/synthetic-measurement.ts'
import { openedFromFile, testPage } from '../../tests/rendered-page.ts'
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

test('settings that were given and runs that do not count are said on top', () => {
  const { measurement, runs } = synthetic
  const excluded = ['capacity-above-1: k6 waited for a core']
  const measured = measurement.measured.map((load) => ({ ...load, excluded }))
  const given = { FAULTS: 'none' }
  const [header] = renderReport({ measurement: { ...measurement, given, measured }, runs }).split(
    '</header>',
  )
  expect(header).toContain('Measured with FAULTS=none.')
  expect(header?.match(/capacity-above-1: k6 waited for a core/g)).toHaveLength(1)
})

test('a measurement of nothing is still a page', () => {
  const empty = {
    measured: [],
    claims: [],
    errors: [],
    predictions: [],
    waterfalls: [],
    resources: [],
  }
  const page = renderReport({ measurement: { ...synthetic.measurement, ...empty }, runs: [] })
  expect(page).toContain('No claim was judged.')
  expect(page).not.toContain('id="capacity"')
})

describe.skipIf(chromiumPath === undefined)('in a browser (see .ci/pages)', () => {
  const open = openedFromFile(() => renderReport(synthetic))
  testPage(open, 30)

  test('the headline changes when a mistake is switched on', async () => {
    const { page } = await open()
    const card = page.locator('.card', { hasText: 'The intended 400 as an error' })
    const headline = () => card.locator('.headline:visible').textContent()
    expect(await headline()).toBe('0.0 % errors')
    await card.locator('input[value="right"]').focus()
    await page.keyboard.press('ArrowRight')
    expect(await headline()).toBe('4.3 % errors')
  })
})

describe.each(readRecorded())('$name, recorded in a lab', ({ measurement, runs }) => {
  test('is rendered with all its claims', () => {
    const page = renderReport({ measurement, runs })
    for (const { claim } of measurement.claims) expect(page).toContain(claim)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })
})

test('the recorded runs of the quick profile show every mistake', () => {
  const recorded = readRecorded().find(({ name }) => name === 'quick-profile')
  if (!recorded) throw new Error('The quick profile is not recorded')
  expect(renderReport(recorded).match(/<article class="card"/g)).toHaveLength(7)
})
