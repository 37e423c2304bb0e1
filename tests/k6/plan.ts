import type { Load, LoadPlan } from '../../model/load-plan.ts'
import { functionNames } from '../../model/services.ts'

let plans = 0

/** A plan of its own for each run. */
export const planOf = (
  urls: LoadPlan['urls'],
  loads: readonly Load[],
  timeoutMs = 5000,
): LoadPlan => ({
  ...{ id: `test-${Date.now()}-${plans++}`, urls, timeoutMs, settings: {}, loads },
})

/** All services at one address. */
export const urlsAt = (url: string) =>
  Object.fromEntries(functionNames.map((name) => [name, url])) as LoadPlan['urls']
