import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { synthesizeWaterfalls } from '../../tests/fixtures/synthetic-waterfalls.ts'
import type { WaterfallSpan } from '../measurement.ts'
import { inOrder, waterfallCharts } from './waterfall.ts'

const span = (id: string, startMs: number, parent?: string): WaterfallSpan => ({
  id,
  parent,
  service: 'orderservice',
  name: id,
  startMs,
  durationMs: 1,
})

test('every span comes after the one that waits for it', () => {
  const rows = inOrder([
    span('b', 5, 'root'),
    span('c', 6, 'b'),
    span('a', 2, 'root'),
    span('root', 0),
  ])
  expect(rows.map(({ id, depth, row }) => [id, depth, row])).toEqual([
    ['root', 0, 0],
    ['a', 1, 1],
    ['b', 1, 2],
    ['c', 2, 3],
  ])
})

test('a span whose parent was not recorded begins a tree', () => {
  expect(inOrder([span('a', 0, 'client')]).map(({ depth }) => depth)).toEqual([0])
})

test('names of spans are escaped in the chart', () => {
  const [first] = synthesizeWaterfalls()
  if (!first) throw new Error('There is no waterfall')
  const spans = first.spans.map((each) => ({ ...each, name: '<script>"' }))
  const page = String(waterfallCharts({ waterfalls: [{ ...first, spans }] }))
  const { document } = parseHTML(`<body>${page}</body>`)
  expect(document.querySelectorAll('script')).toHaveLength(0)
  expect(document.querySelector('svg')?.textContent).toContain('<script>"')
})

test('a figure says of how many requests it shows the median', () => {
  const [first] = synthesizeWaterfalls()
  if (!first) throw new Error('There is no waterfall')
  const page = String(waterfallCharts({ waterfalls: [{ ...first, of: 21 }, first] }))
  const { document } = parseHTML(`<body>${page}</body>`)
  const titles = [...document.querySelectorAll('figcaption')].map(({ textContent }) => textContent)
  expect(titles).toEqual([
    '1 registration + e-mail, the median of 21 traced requests',
    '1 registration + e-mail',
  ])
})
