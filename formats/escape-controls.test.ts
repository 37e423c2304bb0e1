import { expect, test } from 'vitest'
import { escapeControls } from './escape-controls.ts'

test.each([
  ['10\r', '10\\r'],
  ['a\nb\tc', 'a\\nb\\tc'],
  ['\u001b[2K\u009b1A', '\\u{1b}[2K\\u{9b}1A'],
  ['abc\u202edcba', 'abc\\u{202e}dcba'],
  ['Grüße, 世界 🙂', 'Grüße, 世界 🙂'],
])('%j is shown as %j', (text, shown) => {
  expect(escapeControls(text)).toBe(shown)
})
