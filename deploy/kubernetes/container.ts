/** The container of a function, alike on Deployments and on Knative. */
import type { IContainer } from 'kubernetes-models/v1/Container'
import { containerPort, type FunctionName, services, urlVariable } from '../../model/services.ts'
import { settingNames, settingOf } from '../../model/settings.ts'
import { functionImage } from '../compose-file.ts'
import { resourcesOf } from './capacity.ts'
import { databaseSecret, settingsMap } from './identity.ts'
import { containerSecurity } from './security.ts'

const databaseUrl = {
  name: 'DATABASE_URL',
  valueFrom: { secretKeyRef: { name: databaseSecret, key: 'DATABASE_URL' } },
}

/** The ConfigMap: every setting with its default; an empty one counts as not set. */
export const settingsEnv = (): string =>
  settingNames
    .filter((name) => !settingOf(name).fixed)
    .map((name) => `${name}=${settingOf(name).default ?? ''}\n`)
    .join('')

type ContainerOptions = {
  /** The address of a callee. */
  urlOf: (name: FunctionName) => string
}

/** The container of a function, without its port and its probes. */
export const containerOf = (name: FunctionName, { urlOf }: ContainerOptions): IContainer => ({
  name: 'function',
  image: functionImage,
  imagePullPolicy: 'IfNotPresent',
  envFrom: [{ configMapRef: { name: settingsMap } }],
  env: [
    { name: 'FUNCTION', value: name },
    ...services[name].calls.map((callee) => ({
      name: urlVariable(callee),
      value: urlOf(callee),
    })),
    ...(services[name].database ? [databaseUrl] : []),
  ],
  resources: resourcesOf(name),
  securityContext: containerSecurity,
})

const get = (path: string, port: string) => ({ httpGet: { path, port }, timeoutSeconds: 3 })

/** The container's port by a name, and the probes, which ask for it by that name. */
export const portAndProbes = (name: string) => ({
  ports: [{ name, containerPort }],
  ...probesOf(name),
})

/**
 * A container that starts has a minute to listen; then it lives while `/health` answers, and gets
 * requests while `/ready` does. An outage of the database therefore restarts nothing.
 */
const probesOf = (port: string) => ({
  startupProbe: { ...get('/health', port), periodSeconds: 1, failureThreshold: 60 },
  livenessProbe: { ...get('/health', port), periodSeconds: 10, failureThreshold: 3 },
  readinessProbe: { ...get('/ready', port), periodSeconds: 5, failureThreshold: 2 },
})
