/** Every file of the cluster that follows from the model. */
import { stringify } from 'yaml'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { settingsEnv } from './container.ts'
import { namespace } from './identity.ts'
import { knativeServiceOf } from './knative.ts'
import { databaseEgress, laptopDatabase, networkPolicyOf } from './network.ts'
import { autoscalerOf, deploymentOf, disruptionBudgetOf, serviceOf } from './workload.ts'

const note = '# generated from model/ by npm run generate\n'

/** A file of generated objects. */
export const print = (objects: readonly object[]): string =>
  note + objects.map((object) => stringify(object, options)).join('---\n')

// Without aliases, which no reader of manifests expects.
const options = { aliasDuplicateObjects: false, lineWidth: 0 }

const fileOf = (name: FunctionName) => `${services[name].name}.yaml`

type Entry = [path: string, text: () => string]

const perFunction = (folder: string, objectsOf: (name: FunctionName) => object[]) =>
  functionNames.map((name): Entry => [`${folder}/${fileOf(name)}`, () => print(objectsOf(name))])

const kustomization = (fields: object) =>
  print([
    { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', namespace, ...fields },
  ])

const base = () => kustomization({ resources: ['../namespace', ...functionNames.map(fileOf)] })

const knative = () =>
  kustomization({
    resources: ['../../namespace', 'gateways.yaml', 'network.yaml', ...functionNames.map(fileOf)],
    configurations: ['references.yaml'],
  })

const laptopScale = { least: 1, most: 3, podMetrics: false }
const clusterScale = { least: 2, most: 10, podMetrics: true }

const workload = (name: FunctionName) => [
  deploymentOf(name),
  serviceOf(name),
  autoscalerOf(name, laptopScale),
  disruptionBudgetOf(name),
  networkPolicyOf(name),
]

const autoscalers = () => functionNames.map((name) => autoscalerOf(name, clusterScale))

const entries: Entry[] = [
  ['namespace/settings.env', () => note + settingsEnv()],
  ['base/kustomization.yaml', base],
  ...perFunction('base', workload),
  ['overlays/laptop/network.yaml', () => print(laptopDatabase())],
  ['overlays/cluster/autoscalers.yaml', () => print(autoscalers())],
  ['overlays/cluster/network.yaml', () => print([databaseEgress()])],
  ['overlays/knative/kustomization.yaml', knative],
  ...perFunction('overlays/knative', (name) => [knativeServiceOf(name)]),
  ['overlays/knative/network.yaml', () => print([databaseEgress()])],
]

/** Their texts by path. */
export const kubernetesFiles: Record<string, () => string> = Object.fromEntries(
  entries.map(([path, text]) => [`deploy/kubernetes/${path}`, text]),
)
