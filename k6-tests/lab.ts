import http from 'k6/http'
import { type ServiceName, serviceNames } from './environment.ts'
import type { LabSettings } from './scenario.ts'

/** What a run was measured on, as the services themselves say. */
export type LabDescription = {
  /** Numbers that a service was started with. */
  settings: LabSettings
  /** Version, runtime and machine of a service. */
  machines: Partial<Record<ServiceName, Record<string, string>>>
  /** What goes wrong on purpose in a service, as it was set when the run began. */
  faults: Partial<Record<ServiceName, object>>
  silent: ServiceName[]
  k6: string
}

const labelsOf = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )

const settingsIn = (metrics: string) =>
  Object.fromEntries(
    [...metrics.matchAll(/^lab_setting\{name="(\w+)"\} (\S+)$/gm)].map(([, name = '', value]) => [
      name,
      Number(value),
    ]),
  )

/** What a service says in its `/health` about faults; nothing where it has none, or does not answer. */
function faultsOf(url: string): object | undefined {
  const { status, body } = http.get(`${url}/health`, { timeout: '5s', responseType: 'text' })
  return status === 200 ? (JSON.parse(String(body)) as { faults?: object }).faults : undefined
}

/**
 * Reads what the services say of themselves. One that is silent may be part of the experiment.
 * @throws Error where none of the services that are to be loaded answers
 */
export function describeLab(
  urls: Record<ServiceName, string>,
  needed: ServiceName[],
): LabDescription {
  const lab: LabDescription = { settings: {}, machines: {}, faults: {}, silent: [], k6: 'unknown' }
  for (const name of serviceNames) {
    const response = http.get(`${urls[name]}/metrics`, { timeout: '5s', responseType: 'text' })
    if (response.status !== 200) lab.silent.push(name)
    const metrics = response.status === 200 ? String(response.body) : ''
    lab.settings[name] = settingsIn(metrics)
    lab.machines[name] = labelsOf(/^lab_info\{(.+)\} 1$/m.exec(metrics)?.[1] ?? '')
    const faults = faultsOf(urls[name])
    if (faults) lab.faults[name] = faults
    // k6 tells its version in the header that it sends, and nowhere else.
    lab.k6 = /k6\/([\w.-]+)/.exec(String(response.request.headers['User-Agent']))?.[1] ?? lab.k6
  }
  if (needed.every((name) => lab.silent.includes(name)))
    throw new Error(
      `No lab answers at ${needed.map((name) => urls[name]).join(', ')}. Start one with npm start -- --no-tour, or say where it is: -e BASE_URL=http://host`,
    )
  return lab
}
