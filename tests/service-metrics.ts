import { readMetrics, type Sample, samplesOf } from '../formats/metrics-text.ts'
import { metrics } from '../model/metrics.ts'
import { sumOf } from './metric-sums.ts'

type Labels = Readonly<Record<string, string>>

/** The metrics of the service at an address: all, or those whose names begin with one of these. */
export const metricsAt = async (url: string, names?: readonly string[]): Promise<Sample[]> =>
  readMetrics(await (await fetch(`${url}/metrics`)).text(), names)

/** The sum of a metric over the samples that have these labels; `undefined` without a sample. */
export function sumIfAny(
  samples: readonly Sample[],
  name: string,
  labels: Labels = {},
): number | undefined {
  const found = samplesOf(samples, name, labels)
  return found.length === 0 ? undefined : sumOf(found, name)
}

/** How many `POST` requests the service at an address is answering. */
export const postsInProgress = async (url: string): Promise<number> =>
  sumOf(await metricsAt(url, [metrics.requestsInProgress.name]), metrics.requestsInProgress.name, {
    method: 'POST',
  })
