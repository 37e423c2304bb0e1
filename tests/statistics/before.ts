/**
 * What the same generated labs gave at commit 0a34c9a, in per cent: intervals by a bootstrap of runs
 * and requests, comparisons by rank tests with the noise floor of the lab. Coverage is of the
 * quantiles of all requests, which were estimated then, from 200 to 360 loads; comparisons were
 * repeated 200 times.
 */

/** Coverage with 6, 9, 15, 24 and 39 runs. */
const coverage: Record<string, readonly number[]> = {
  'equal runs, median': [99, 99, 99, 99, 99],
  'equal runs, p95': [98, 98, 98, 99, 100],
  'run effect 5 %, median': [90, 94, 91, 91, 98],
  'run effect 5 %, p95': [51, 64, 73, 74, 86],
  'run effect 15 %, median': [93, 93, 91, 93, 93],
  'run effect 15 %, p95': [33, 46, 53, 73, 84],
  'run effect 5 %, start effect 2.5 %, median': [89, 84, 82, 78, 74],
  'run effect 5 %, start effect 2.5 %, p95': [47, 52, 63, 69, 76],
  'run effect 15 %, start effect 7.5 %, median': [88, 89, 86, 83, 78],
  'run effect 15 %, start effect 7.5 %, p95': [33, 40, 52, 61, 65],
  'one run in six 1.5 times, median': [78, 84, 92, 93, 96],
  'one run in six 1.5 times, p95': [63, 78, 87, 90, 92],
  'two modes of runs, median': [93, 90, 92, 93, 93],
  'two modes of runs, p95': [85, 90, 92, 96, 93],
  'two modes of requests, median': [97, 98, 98, 99, 99],
  'two modes of requests, p95': [96, 97, 99, 99, 98],
  'log-normal requests, median': [98, 99, 99, 100, 100],
  'log-normal requests, p95': [96, 98, 99, 98, 100],
  'ties at 1 ms, median': [100, 100, 100, 100, 100],
  'ties at 1 ms, p95': [100, 100, 100, 100, 100],
  'runs that are all equal, median': [100, 100, 100, 100, 100],
  'runs that are all equal, p95': [100, 100, 100, 100, 100],
}

/** Equal labs of which any load was called different: 3 × 2, 3 × 5, 3 × 13 and 6 × 2 runs. */
const falseAlarms: Record<string, readonly number[]> = {
  'equal runs': [6, 7, 4, 8],
  'run effect 5 %': [5, 6, 4, 9],
  'run effect 15 %': [5, 6, 4, 9],
  'run effect 5 %, start effect 2.5 %': [6, 9, 4, 9],
  'run effect 15 %, start effect 7.5 %': [6, 8, 4, 9],
  'one run in six 1.5 times': [3, 7, 7, 5],
  'two modes of runs': [3, 6, 7, 4],
  'two modes of requests': [7, 5, 4, 5],
  'log-normal requests': [5, 7, 3, 8],
  'ties at 1 ms': [4, 5, 4, 5],
  'runs that are all equal': [0, 0, 0, 0],
}

/** Slower loads that were found. */
const power: Record<string, number> = {
  '+20 %, run effect 5 %, 3 × 2 runs': 97,
  '+20 %, run effect 15 %, 4 × 10 runs': 5,
  '+20 %, run effect 15 %, 3 × 13 runs': 5,
  '+20 %, run effect 5 %, start effect 2.5 %, 4 × 2 runs': 98,
  '+5 %, run effect 5 %, start effect 2.5 %, 17 × 5 runs': 3,
  '+20 %, run effect 15 %, start effect 7.5 %, 19 × 2 runs': 5,
  '+20 %, run effect 15 %, start effect 7.5 %, 9 × 10 runs': 6,
}

const flatten = (table: Record<string, readonly number[]>, columns: readonly string[]) =>
  Object.entries(table).flatMap(([name, shares]) =>
    shares.map((share, column): [string, number] => [`${name}, ${columns[column]}`, share]),
  )

const runs = ['6 runs', '9 runs', '15 runs', '24 runs', '39 runs']
const sizes = ['3 × 2 runs', '3 × 5 runs', '3 × 13 runs', '6 × 2 runs']

/** By the name of the line, in per cent. */
export const before = new Map([
  ...flatten(coverage, runs),
  ...flatten(falseAlarms, sizes),
  ...Object.entries(power),
])
