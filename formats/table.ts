/** A table for a terminal: the first and the last column start left, numbers end right. */
export function printTable(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows]
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  const last = headings.length - 1
  const isLeft = (column: number) => column === 0 || column === last
  return lines.map((line) => printRow(line, widths, isLeft)).join('\n')
}

/** One row of a table of given widths, for a table that is printed row by row. */
export const printRow = (
  cells: string[],
  widths: readonly number[],
  isLeft: (column: number) => boolean = () => true,
): string =>
  cells
    .map((cell, column) => {
      const width = widths[column] ?? 0
      return isLeft(column) ? cell.padEnd(width) : cell.padStart(width)
    })
    .join('  ')
    .trimEnd()

/** Milliseconds as a person would say them: `0.84 ms`, `13 ms`, `2.01 s`; only 0 is `0.00 ms`. */
export function inWords(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–'
  if (milliseconds > 0 && milliseconds < 0.005) return '<0.01 ms'
  if (milliseconds < 9.95) return `${milliseconds.toFixed(milliseconds < 1 ? 2 : 1)} ms`
  return milliseconds < 999.5
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`
}

/** A share of 1 in per cent; one that is not 0 does not look like it. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %'
  return `${(share * 100).toFixed(1)} %`
}

/** A count with its noun: `1 request`, `2 requests`. */
export const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`
