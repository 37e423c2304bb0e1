export type Bar = {
  label: string
  value: number
  /** What stands behind the bar. */
  note: string
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of so many characters, to an eighth; any value above 0 shows. */
function barOf(length: number): string {
  const parts = Math.round(length * 8)
  const rest = eighths[Math.max(parts, length > 0 ? 1 : 0) % 8] ?? ''
  return '█'.repeat(Math.floor(parts / 8)) + rest
}

/** Horizontal bars from 0, the longest of `width` characters. */
export function drawBars(bars: readonly Bar[], width: number): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const labelWidth = Math.max(...bars.map(({ label }) => label.length))
  return bars
    .map(({ label, value, note }) => {
      const bar = barOf(most > 0 ? (value / most) * width : 0)
      return `${label.padStart(labelWidth)} ${bar} ${note}`.trimEnd()
    })
    .join('\n')
}
