/** What `npm run lab` prints about replicas. */

import { percent } from '../formats/table.ts'
import { allReplicas, lastShares } from '../lab/judge/replica-shares.ts'
import type { LoadMeasurement, Measurement } from '../lab/measurement.ts'

const line = (load: LoadMeasurement) =>
  `  ${load.condition}/${load.load}  ${lastShares(load)
    .map(({ name, share }) => `${name} ${percent(share)}`)
    .join(', ')}`

/** Who answered: one name if all run on one host, otherwise the shares of each load's last run. */
export function printReplicas({ measured }: Pick<Measurement, 'measured'>): string {
  const names = allReplicas(measured)
  if (names.length < 2) return names.map((name) => `Answered by ${name}.`).join('')
  return ['Answered, in the last run of each load, by:', ...measured.map(line)].join('\n')
}
