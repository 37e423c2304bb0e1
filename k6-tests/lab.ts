import http from 'k6/http'
import { readMetrics, type Sample, samplesOf, valuesBy } from '../formats/metrics-text.ts'
import { metrics } from '../model/metrics.ts'
import { type FunctionName, functionNames } from '../model/services.ts'
import type { LabSettings } from './scenario.ts'

/** The lab of a run, as its services describe it. */
export type LabDescription = {
  /** Numeric settings of a service. */
  settings: LabSettings
  /** Settings of a service that are words. */
  choices: Partial<Record<FunctionName, Record<string, string>>>
  /** Version, runtime and machine of a service. */
  machines: Partial<Record<FunctionName, Record<string, string>>>
  /** Faults of a service that were set when the run began. */
  faults: Partial<Record<FunctionName, object>>
  silent: FunctionName[]
  k6: string
}

/** The settings that are numbers, by name. */
const numbersIn = (samples: Sample[]) =>
  Object.fromEntries(valuesBy(samples, metrics.setting.name, 'name'))

/** The settings that are words, by name. */
const choicesIn = (samples: Sample[]) =>
  Object.fromEntries(
    samplesOf(samples, metrics.settingInfo.name).map(({ labels }) => [labels.name, labels.value]),
  )

/** The faults in a `/health` response; nothing if there are none, or no response. */
const faultsIn = (health: string): object | undefined =>
  health ? (JSON.parse(health) as { faults?: object }).faults : undefined

/**
 * The responses of all services to one path, requested concurrently: hanging ones take 5 s in all.
 */
function askAll(urls: Record<FunctionName, string>, path: string) {
  const params = { timeout: '5s', responseType: 'text' } as const
  const responses = http.batch(
    functionNames.map((name) => ({ method: 'GET' as const, url: urls[name] + path, params })),
  )
  return (index: number) => {
    const response = responses[index]
    const agent = String(response?.request.headers['User-Agent'])
    return { text: response?.status === 200 ? String(response.body) : '', agent }
  }
}

/**
 * Reads the descriptions of the services. One that does not answer may be part of the experiment.
 * @throws Error if none of the services under load answers
 */
export function describeLab(
  urls: Record<FunctionName, string>,
  needed: FunctionName[],
): LabDescription {
  const lab: LabDescription = {
    settings: {},
    choices: {},
    machines: {},
    faults: {},
    silent: [],
    k6: 'unknown',
  }
  const metricsOf = askAll(urls, '/metrics')
  const healthOf = askAll(urls, '/health')
  for (const [index, name] of functionNames.entries()) {
    const { text, agent } = metricsOf(index)
    if (!text) lab.silent.push(name)
    const samples = readMetrics(text)
    lab.settings[name] = numbersIn(samples)
    lab.choices[name] = choicesIn(samples)
    lab.machines[name] = { ...samplesOf(samples, metrics.labInfo.name)[0]?.labels }
    const faults = faultsIn(healthOf(index).text)
    if (faults) lab.faults[name] = faults
    // The only place that has k6's version is the header that it sends.
    lab.k6 = /k6\/([\w.-]+)/.exec(agent)?.[1] ?? lab.k6
  }
  if (needed.every((name) => lab.silent.includes(name)))
    throw new Error(
      `No lab answers at ${needed.map((name) => urls[name]).join(', ')}. ` +
        'Start one with npm start -- --no-tour, or set its address: -e BASE_URL=http://host',
    )
  return lab
}
