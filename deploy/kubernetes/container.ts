/** The container of a function, alike on Deployments and on Knative: its limits, and how it ends. */
import type { IContainer } from 'kubernetes-models/v1/Container'
import {
  callsOf,
  containerPort,
  type FunctionName,
  hasDatabase,
  urlVariable,
} from '../../model/services.ts'
import { passedSettings, type SettingName, settingOf, settings } from '../../model/settings.ts'
import type { StyleName } from '../../model/styles.ts'
import packageJson from '../../package.json' with { type: 'json' }

/** CPU in cores, memory in MiB: what is reserved, and the most it may use. */
type Capacity = { cpu: number; cpuLimit: number; memory: number; memoryLimit: number }

const capacities: Partial<Record<FunctionName, Capacity>> = {
  report: { cpu: 1, cpuLimit: 2, memory: 256, memoryLimit: 512 },
}

const usual: Capacity = { cpu: 0.25, cpuLimit: 1, memory: 128, memoryLimit: 256 }

const capacityOf = (name: FunctionName): Capacity => capacities[name] ?? usual

/** Requests and limits of a container. */
function resourcesOf(name: FunctionName) {
  const { cpu, cpuLimit, memory, memoryLimit } = capacityOf(name)
  return {
    requests: { cpu: `${cpu * 1000}m`, memory: `${memory}Mi` },
    limits: { cpu: `${cpuLimit * 1000}m`, memory: `${memoryLimit}Mi` },
  }
}

/**
 * How long a pod still serves after its end was decided, in seconds: until every proxy and cached
 * DNS answer has dropped its address.
 */
export const leaveSeconds = 5

const marginSeconds = 10

/** The time that deliveries have to end once their process is told to, in seconds. */
const deliverySeconds = 10

/** The longest time that a function works without waiting for another, in seconds. */
function ownSeconds(name: FunctionName, style: StyleName): number {
  if (style === 'async') return deliverySeconds
  if (name === 'payment') return settings.PAYMENT_DELAY_MS.default / 1000
  if (name === 'email') return settings.EMAIL_DELAY_MS.default / 1000
  if (name !== 'report') return 0
  // All slots share the CPUs.
  const seconds = settings.CONCURRENCY.default * settings.REPORT_CPU_SECONDS.default
  return seconds / capacityOf(name).cpuLimit
}

/**
 * How long a container may take to end, in seconds: longer than a request that has just arrived.
 * It waits for a slot and a connection, calls each service, and may compensate one call.
 */
export function graceSecondsOf(name: FunctionName, style: StyleName = 'sync'): number {
  const calls = callsOf(name, style)
  const callMs = calls.length > 0 ? (calls.length + 1) * settings.CALL_TIMEOUT_MS.default : 0
  const poolMs = hasDatabase(name, style) ? settings.DB_POOL_TIMEOUT_MS.default : 0
  const waitSeconds = (settings.QUEUE_TIMEOUT_MS.default + poolMs + callMs) / 1000
  return Math.ceil(leaveSeconds + waitSeconds + ownSeconds(name, style) + marginSeconds)
}

/** The user of the images of Node.js and Bun, by number: `runAsNonRoot` refuses a name. */
const account = 1000

/** The account of a pod, or of a container, as the Pod Security Standard 'restricted' demands. */
export const asAccount = {
  runAsNonRoot: true,
  runAsUser: account,
  runAsGroup: account,
  seccompProfile: { type: 'RuntimeDefault' as const },
}

/** Beyond the standard: a read-only root file system. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

const databaseUrl = {
  name: 'DATABASE_URL',
  valueFrom: { secretKeyRef: { name: 'database', key: 'DATABASE_URL' } },
}

// The embedded broker needs none.
const brokerUrl = {
  name: 'BROKER_URL',
  valueFrom: { secretKeyRef: { name: 'broker', key: 'BROKER_URL', optional: true } },
}

const assign = (name: SettingName) => `${name}=${settingOf(name).default ?? ''}\n`

/** The ConfigMap: every setting with its default; an empty one counts as not set. */
export const settingsEnv = (): string => passedSettings().map(assign).join('')

/** What the asynchronous style adds to it. */
export function asyncSettingsEnv(): string {
  const shared = passedSettings()
  const added = passedSettings('async').filter((name) => !shared.includes(name))
  return `STYLE=async\n${added.map(assign).join('')}`
}

type ContainerOptions = {
  style?: StyleName
  /** The address of a callee. */
  urlOf: (name: FunctionName) => string
  /** The name of its port. */
  port: string
}

const get = (path: string, port: string) => ({ httpGet: { path, port }, timeoutSeconds: 3 })

/**
 * The container of a function. It has a minute to listen; then it lives while `/health` answers,
 * and gets requests while `/ready` does. An outage of the database therefore restarts nothing.
 */
export const containerOf = (
  name: FunctionName,
  { style = 'sync', urlOf, port }: ContainerOptions,
): IContainer => ({
  name: 'function',
  image: `lockstep:${packageJson.version}`,
  imagePullPolicy: 'IfNotPresent',
  envFrom: [{ configMapRef: { name: 'settings' } }],
  env: [
    { name: 'FUNCTION', value: name },
    ...callsOf(name, style).map((callee) => ({
      name: urlVariable(callee),
      value: urlOf(callee),
    })),
    ...(hasDatabase(name, style) ? [databaseUrl] : []),
    ...(style === 'async' ? [brokerUrl] : []),
  ],
  resources: resourcesOf(name),
  securityContext: containerSecurity,
  ports: [{ name: port, containerPort }],
  startupProbe: { ...get('/health', port), periodSeconds: 1, failureThreshold: 60 },
  livenessProbe: { ...get('/health', port), periodSeconds: 10, failureThreshold: 3 },
  readinessProbe: { ...get('/ready', port), periodSeconds: 5, failureThreshold: 2 },
})
