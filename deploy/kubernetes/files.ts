/** Every file of the cluster that follows from the model. */
import { stringify } from 'yaml'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { asyncSettingsEnv, settingsEnv } from './container.ts'
import { namespaceOf } from './identity.ts'
import { knativeServiceOf } from './knative.ts'
import { broker, databaseOf, egressTo, laptopPolicies, networkPolicyOf } from './network.ts'
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

const kustomization = (style: StyleName, fields: object) =>
  print([
    {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      namespace: namespaceOf(style),
      ...fields,
    },
  ])

const laptopScale = { least: 1, most: 3, podMetrics: false }
const clusterScale = { least: 2, most: 10, podMetrics: true }

/** What runs a style on Deployments, in a folder of its own. */
function styleEntries(style: StyleName, folder: string): Entry[] {
  const workload = (name: FunctionName) => [
    deploymentOf(name, style),
    serviceOf(name),
    autoscalerOf(name, { style, ...laptopScale }),
    disruptionBudgetOf(name),
    networkPolicyOf(name, style),
  ]
  const autoscalers = () =>
    functionNames.map((name) => autoscalerOf(name, { style, ...clusterScale }))
  const base = () =>
    kustomization(style, { resources: ['../namespace', ...functionNames.map(fileOf)] })
  const database = databaseOf(style)
  return [
    [`${folder}base/kustomization.yaml`, base],
    ...perFunction(`${folder}base`, workload),
    [`${folder}overlays/laptop/network.yaml`, () => print(laptopPolicies(database))],
    [`${folder}overlays/cluster/autoscalers.yaml`, () => print(autoscalers())],
    [`${folder}overlays/cluster/network.yaml`, () => print([egressTo(database)])],
  ]
}

const knative = () =>
  kustomization('sync', {
    resources: ['../../namespace', 'gateways.yaml', 'network.yaml', ...functionNames.map(fileOf)],
    configurations: ['references.yaml'],
  })

const entries: Entry[] = [
  ['namespace/settings.env', () => note + settingsEnv()],
  ...styleEntries('sync', ''),
  ['overlays/knative/kustomization.yaml', knative],
  ...perFunction('overlays/knative', (name) => [knativeServiceOf(name)]),
  ['overlays/knative/network.yaml', () => print([egressTo(databaseOf('sync'))])],
  ['async/namespace/settings.env', () => note + asyncSettingsEnv()],
  ...styleEntries('async', 'async/'),
  ['async/overlays/laptop-rabbitmq/network.yaml', () => print(laptopPolicies(broker))],
  ['async/overlays/cluster-rabbitmq/network.yaml', () => print([egressTo(broker)])],
]

/** Their texts by path. */
export const kubernetesFiles: Record<string, () => string> = Object.fromEntries(
  entries.map(([path, text]) => [`deploy/kubernetes/${path}`, text]),
)
