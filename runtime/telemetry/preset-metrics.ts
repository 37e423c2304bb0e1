import { honoPattern } from '../../model/scenarios.ts'
import type { Metrics } from './metrics.ts'
import { labelsOf } from './request-metrics.ts'

export type Route = { method: string; path: string; responses: Record<string, unknown> }

/** What a function answers when it did its work: its success and, if it has one, its designed 400. */
const servedStatuses = ({ responses }: Route) => [
  ...new Set([Number(Object.keys(responses)[0] ?? 200), ...('400' in responses ? [400] : [])]),
]

/**
 * Lets every route's series exist from the start, at 0: its counter for what it serves, 499, 500 and
 * 503, its histogram for what it serves. So a ratio has a value in a healthy run, and a rate does
 * not miss the first answer.
 */
export function presetMetrics(
  { requests, requestDuration }: Metrics,
  routes: readonly Route[],
): void {
  for (const route of routes) {
    const named = { method: route.method.toUpperCase(), handler: honoPattern(route.path) }
    const served = servedStatuses(route)
    for (const status of [...served, 499, 500, 503]) requests.inc(labelsOf({ ...named, status }), 0)
    for (const status of served) requestDuration.zero(labelsOf({ ...named, status }))
  }
}
