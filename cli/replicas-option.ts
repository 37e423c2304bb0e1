import type { Option } from 'commander'
import type { Service } from '../lab/predict/service.ts'
import { asNumber, createOption, UsageError } from './command-line.ts'

// The simulation takes a second for 40,000 slots.
const mostSlots = 200_000

/** @throws Error unless the text is a whole number from 1 on */
function parseReplicas(name: string, text: string, earlier: number[] = []): number[] {
  const value = asNumber(name, text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${name} must be whole numbers from 1 on, not "${text}"`)
  return [...earlier, value]
}

/** Numbers of replicas, one or several. */
export const replicasOption = (): Option =>
  createOption('--replicas <numbers...>', 'simulates the ceiling of so many', parseReplicas)

/** @throws UsageError if their simulation would take too long */
export function checkReplicas(replicas: readonly number[], { slots }: Service): void {
  const most = Math.max(0, ...replicas)
  if (most * slots > mostSlots)
    throw new UsageError(
      `--replicas ${most} with ${slots} slots each are too many: at most ${mostSlots} slots in all`,
    )
}
