import http from 'k6/http'
import { readMetrics, samplesOf, valuesBy } from '../../formats/metrics-text.ts'
import { metrics } from '../../model/metrics.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import type { LabSettings } from './scenarios.ts'

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

/** The faults in a `/health` response; nothing if there are none, or no response. */
const faultsIn = (health: string): object | undefined =>
  health ? (JSON.parse(health) as { faults?: object }).faults : undefined

/** The responses of all services to one path, requested at once: silent ones take 5 s in all. */
function askAll(urls: Record<FunctionName, string>, path: string) {
  const params = { timeout: '5s', responseType: 'text' } as const
  const responses = http.batch(
    functionNames.map((name) => ({ method: 'GET' as const, url: urls[name] + path, params })),
  )
  return responses.map(({ status, body, request }) => ({
    text: status === 200 ? String(body) : '',
    agent: String(request.headers['User-Agent']),
  }))
}

/**
 * Reads the descriptions of the services. One that does not answer may be part of the experiment.
 * @throws Error if none of the services under load answers
 */
export function describeLab(
  urls: Record<FunctionName, string>,
  needed: FunctionName[],
): LabDescription {
  const answers = askAll(urls, '/metrics')
  const health = askAll(urls, '/health')
  // Only the header that k6 sends has its version.
  const k6 = /k6\/([\w.-]+)/.exec(answers.map(({ agent }) => agent).join())?.[1] ?? 'unknown'
  const lab = {
    settings: {},
    choices: {},
    machines: {},
    faults: {},
    silent: [],
    k6,
  } as LabDescription
  for (const [index, name] of functionNames.entries()) {
    const samples = readMetrics(answers[index]?.text ?? '')
    if (samples.length === 0) lab.silent.push(name)
    const choices = samplesOf(samples, metrics.settingInfo.name)
    lab.settings[name] = Object.fromEntries(valuesBy(samples, metrics.setting.name, 'name'))
    lab.choices[name] = Object.fromEntries(choices.map(({ labels }) => [labels.name, labels.value]))
    lab.machines[name] = { ...samplesOf(samples, metrics.labInfo.name)[0]?.labels }
    const faults = faultsIn(health[index]?.text ?? '')
    if (faults) lab.faults[name] = faults
  }
  if (needed.every((name) => lab.silent.includes(name)))
    throw new Error(
      `No lab answers at ${needed.map((name) => urls[name]).join(', ')}. ` +
        'Start one with npm start -- --no-tour, or set its address: -e BASE_URL=http://host',
    )
  return lab
}
